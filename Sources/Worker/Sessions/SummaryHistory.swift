import Core
import Pipeline
import RealtimeProtocol

/// A conversation as a summary sees it: everything that no summary stands for yet.
struct SummaryHistory {
    /// The items, oldest first.
    let items: [ConversationItem]
    /// What the model would see of them.
    let parts: [PromptPart]
    /// What stands for all that was before them.
    let summary: String?
    /// How many items there are up to the last one that the model does not see and that waits for a summary.
    let backlog: Int
    /// For each item, whether the model sees it now.
    private let areShown: [Bool]
    /// The first item that is not final.
    private let firstOpen: Int
    /// For each item, how many items there are up to the last result of the calls up to it.
    private let reach: [Int]

    /// The unsettled part of `conversation`, in which `pending` items wait for their transcripts.
    init(_ conversation: Conversation, pending: (ItemID) -> Bool) {
        let entries = conversation.unsettled
        items = entries.map(\.item)
        summary = conversation.summary
        areShown = entries.map { $0.visibility == .shown }
        backlog = (areShown.lastIndex(of: false) ?? -1) + 1
        firstOpen = items.firstIndex { $0.status == .inProgress || pending($0.id) } ?? items.count
        var prompt = PromptBuilder()
        prompt.add(entries)
        parts = prompt.parts
        var results: [CallID: Int] = [:]
        for (index, item) in items.enumerated() {
            if case .functionCallOutput(let call, _) = item.content { results[call] = index }
        }
        var furthest = 0
        reach = items.map { item in
            if case .functionCall(let call) = item.content {
                furthest = max(furthest, (results[call.callID] ?? -1) + 1)
            }
            return furthest
        }
    }

    /// Where the oldest part may end, nearest end first: before this part and this item.
    ///
    /// Calls whose result has not come may be in it; should it still come, the model sees both again.
    func cuts(keeping turns: Int) -> [(part: Int, item: Int)] {
        let starts = parts.indices.dropFirst().filter { parts[$0].beginsTurn }
        return starts.dropLast(turns - 1).compactMap { part in
            let item = parts[part].entry
            guard item <= firstOpen, item > 0, reach[item - 1] <= item else { return nil }
            return (part, item)
        }
    }

    /// Whether the model sees the part now.
    func isShown(_ part: Int) -> Bool { areShown[parts[part].entry] }

    /// Tokens of the summary's message.
    func summaryTokens(_ estimator: TokenEstimator) -> Int {
        summary.map { estimator.tokens(in: PromptSize(of: SummaryPrompt.message(carrying: $0))) } ?? 0
    }
}
