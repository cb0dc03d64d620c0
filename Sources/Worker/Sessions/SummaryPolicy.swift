import Core
import Pipeline
import RealtimeProtocol

/// How much of a conversation the model sees verbatim, when its older part becomes a summary, and which part that is.
///
/// DESIGN. The budget is the most that the model sees of a conversation, the summary included. A summary is begun at the trigger,
/// so that the talk may go on while it is made, and covers so much that afterwards the low mark holds; from there the conversation
/// has to grow by a third of the budget before the next one. The part that it covers ends where a turn begins. It holds no result
/// without its call, nothing that is still being said or transcribed, and none of the newest turns. A part that is hardly longer
/// than its summary would be is left alone: without that, newest turns that fill the budget would ask for a summary each.
struct SummaryPolicy: Sendable {
    /// Most tokens of conversation that the model sees.
    let budget: Int
    /// Tokens that the model which summarises can read.
    let readable: Int
    /// Newest turns that stay verbatim.
    let keptTurns: Int
    /// How tokens are counted.
    let estimator: TokenEstimator

    /// nil where the budget is too small for any summary to help.
    init?(budget: Int, readable: Int, keptTurns: Int, estimator: TokenEstimator) {
        guard budget >= Self.leastBudget else { return nil }
        self.budget = budget
        self.readable = readable
        self.keptTurns = max(1, keptTurns)
        self.estimator = estimator
    }

    /// More tokens than these, and a summary is begun.
    var trigger: Int { budget * 3 / 4 }
    /// What the model sees after a summary, where the newest turns are not longer.
    var lowMark: Int { budget * 2 / 5 }
    /// Most tokens of a summary.
    var summaryTokens: Int { min(budget / 6, Self.longestSummary) }

    /// Tokens of about two thousand words, which hold the facts of hours; more would be told again with every turn.
    private static let longestSummary = 3000
    /// A sixth of less is not even a sentence.
    private static let leastBudget = 200

    /// The oldest part of a conversation.
    struct Part: Equatable {
        /// How many of the unsettled items it has.
        var items: Int
        /// How many of their parts of the prompt.
        var parts: Int
        /// Whether the model that summarises can read it at once.
        var isReadable: Bool
    }

    /// Tokens of conversation that the model sees.
    func tokens(of history: SummaryHistory) -> Int {
        history.parts.indices.reduce(history.summaryTokens(estimator)) { sum, index in
            history.isShown(index) ? sum + estimator.tokens(in: history.parts[index].size) : sum
        }
    }

    /// What of `history` a summary has to cover now; nil: nothing.
    func part(of history: SummaryHistory) -> Part? {
        let sizes = history.parts.map { estimator.tokens(in: $0.size) }
        let summary = history.summaryTokens(estimator)
        var shown = history.parts.indices.reduce(0) { history.isShown($1) ? $0 + sizes[$1] : $0 }
        guard summary + shown > trigger || history.backlog > 0 else { return nil }
        var (covered, read, part) = (0, SummaryPrompt.fixedTokens(estimator) + summary, 0)
        var best: Part?
        for cut in history.cuts(keeping: keptTurns) {
            for index in part..<cut.part {
                covered += sizes[index]
                read += SummaryPrompt.tokens(of: history.parts[index], estimator)
                if history.isShown(index) { shown -= sizes[index] }
            }
            part = cut.part
            guard read <= readable else {
                return best ?? Part(items: cut.item, parts: cut.part, isReadable: false)
            }
            guard covered >= summaryTokens else { continue }
            best = Part(items: cut.item, parts: cut.part, isReadable: true)
            if shown <= lowMark - summaryTokens, cut.item >= history.backlog { return best }
        }
        return best
    }
}
