package import Pipeline
package import RealtimeProtocol

/// Decides what of a prompt a model gets when the whole does not fit into its context (`truncation`, protocol section 4.1).
///
/// DESIGN. The prompt is cut between turns only: a turn is a message of the user and all that followed, so that a tool's call
/// and its result stay or go together. The instructions and the tools never go, and the newest turn always stays, even if it
/// alone is too long: then the provider has the last word.
package struct ContextWindow: Sendable {
    /// What a model gets of a prompt.
    package enum Fit: Sendable, Equatable {
        case everything
        /// The instructions, and the messages from this one on.
        case from(Int)
        /// It is too long and must not be cut; this many tokens.
        case tooLong(Int)
    }

    /// Tokens that the model can read.
    package let limit: Int
    /// What happens when the prompt is longer.
    package let truncation: Truncation
    /// How tokens are counted.
    package let estimator: TokenEstimator
    /// Tokens of conversation that may be shown where it may be cut at all; nil: as many as can be read.
    package let budget: Int?

    /// A window of these values.
    package init(limit: Int, truncation: Truncation, estimator: TokenEstimator, budget: Int? = nil) {
        self.limit = limit
        self.truncation = truncation
        self.estimator = estimator
        self.budget = budget
    }

    /// Tokens of conversation that the model gets beside the first `instructions` messages and the tools of `request`.
    package func capacity(of request: LanguageModelRequest, instructions: Int) -> Int {
        var capacity = max(0, limit - fixed(in: request, instructions: instructions))
        if case .retentionRatio(_, let ownLimit?) = truncation { capacity = min(capacity, ownLimit) }
        if let budget, truncation != .disabled { capacity = min(capacity, budget) }
        return capacity
    }

    /// What the model gets of `request`, whose first `instructions` messages are the instructions and whose next `summaries`
    /// messages stand for what was said before: they stay, too.
    package func fit(_ request: LanguageModelRequest, instructions: Int, summaries: Int = 0) -> Fit {
        let sizes = request.messages.map { estimator.tokens(in: PromptSize(of: $0)) }
        var rest = sizes.dropFirst(instructions).reduce(0, +)
        let capacity = capacity(of: request, instructions: instructions)
        guard rest > capacity else { return .everything }
        let target: Int
        switch truncation {
        case .disabled: return .tooLong(fixed(in: request, instructions: instructions) + rest)
        case .auto: target = capacity
        case .retentionRatio(let ratio, _): target = Int(Double(capacity) * ratio)
        }
        let first = instructions + summaries
        var start = first
        for next in Self.turns(in: request.messages, from: first) where rest > target {
            rest -= sizes[start..<next].reduce(0, +)
            start = next
        }
        return start == first ? .everything : .from(start)
    }

    /// Tokens of the instructions and the tools, which never go.
    private func fixed(in request: LanguageModelRequest, instructions: Int) -> Int {
        var size = PromptSize(of: request.tools)
        for message in request.messages.prefix(instructions) { size += PromptSize(of: message) }
        return estimator.tokens(in: size)
    }

    /// Where the turns after the first begin.
    static func turns(in messages: [LanguageModelRequest.Message], from start: Int) -> [Int] {
        messages.indices.filter { index in
            if case .user = messages[index] { index > start } else { false }
        }
    }
}
