package import Agents
package import Core
import Pipeline
package import RealtimeProtocol

/// The items of a session in their order, and what was heard of the spoken ones.
package struct Conversation: Sendable {
    /// One item and what the server knows beyond it.
    package struct Entry: Sendable {
        /// The item as clients see it.
        package var item: ConversationItem
        /// For spoken answers: words and audio, for truncation.
        package var playout: PlayoutMap?
        /// For spoken answers: the length of audio that a truncation may name.
        package var audioLength: Duration = .zero
        /// Whether the model sees it.
        package var visibility = Visibility.shown
        /// Whether the assistant's voice is in its audio, which typing is not.
        package var hasVoice = false
        /// Whether it says nothing of the answer's: a comfort phrase at most, which the model never sees.
        package var isComfort = false
        /// What tools of the server were asked and answered on the way to this item; only the model sees it.
        package var exchanges: [ToolExchange] = []
        /// What the model sees of a tool's result in place of the whole; nil: the whole.
        private let shortened: String?

        /// What is known of an item when it comes.
        init(item: ConversationItem) {
            self.item = item
            if case .functionCallOutput(_, let output) = item.content {
                shortened = ToolResult.shortened(output)
            } else {
                shortened = nil
            }
        }

        /// What the model sees of a tool's result; empty for everything else.
        var shownOutput: String {
            guard case .functionCallOutput(_, let output) = item.content else { return "" }
            return shortened ?? output
        }
    }

    /// Whether, and as what, the model sees an item.
    package enum Visibility: Sendable, Equatable {
        /// Verbatim.
        case shown
        /// No more, because its context was full; a summary may still take it up.
        case cut
        /// As part of the summary.
        case summarized
        /// No more, because no summary of it could be made.
        case dropped

        /// Whether a summary may still be made of it.
        var isUnsettled: Bool { self == .shown || self == .cut }
    }

    /// What the model sees in place of the summarized items.
    package private(set) var summary: String?
    private var order: [ItemID] = []
    private var entries: [ItemID: Entry] = [:]
    /// Exchanges that no item has followed yet.
    var trailingExchanges: [ToolExchange] = []

    /// An empty conversation.
    package init() {}

    /// Number of items.
    package var count: Int { order.count }

    /// The newest item.
    package var last: ItemID? { order.last }

    /// The items from oldest to newest.
    package var items: [ConversationItem] { order.compactMap { entries[$0]?.item } }

    /// The items that the model may see, from oldest to newest.
    var entriesInView: [Entry] {
        order.compactMap { id in entries[id].flatMap { $0.visibility == .shown && !$0.isComfort ? $0 : nil } }
    }

    /// The items that no summary stands for and none was given up for, from oldest to newest.
    package var unsettled: [Entry] {
        order.compactMap { id in entries[id].flatMap { $0.visibility.isUnsettled && !$0.isComfort ? $0 : nil } }
    }

    /// The entry with this id.
    package subscript(id: ItemID) -> Entry? {
        get { entries[id] }
        set {
            guard entries[id] != nil, let newValue else { return }
            entries[id] = newValue
        }
    }

    /// Whether an item with this id is there.
    package func contains(_ id: ItemID) -> Bool { entries[id] != nil }

    /// The item before `id`; nil at the head.
    package func previous(of id: ItemID) -> ItemID? {
        guard let index = order.lastIndex(of: id), index > 0 else { return nil }
        return order[index - 1]
    }

    /// Puts `item` in its place and returns the item now before it.
    ///
    /// The place must exist and the id must be new.
    @discardableResult
    package mutating func insert(_ item: ConversationItem, at place: PreviousItem) -> ItemID? {
        let index: Int
        switch place {
        case .tail: index = order.count
        case .head: index = 0
        case .after(let previous): index = order.lastIndex(of: previous).map { $0 + 1 } ?? order.count
        }
        order.insert(item.id, at: index)
        var entry = Entry(item: item)
        if index == order.count - 1 { swap(&entry.exchanges, &trailingExchanges) }
        entries[item.id] = entry
        return index > 0 ? order[index - 1] : nil
    }

    /// Takes the item out.
    package mutating func remove(_ id: ItemID) {
        guard entries.removeValue(forKey: id) != nil, let index = order.firstIndex(of: id) else { return }
        order.remove(at: index)
    }

    /// Items become part of the summary, which says so.
    mutating func summarize(_ items: some Sequence<ItemID>, as summary: String) {
        for id in items { entries[id]?.visibility = .summarized }
        self.summary = summary
    }

    /// Items leave the model's view: for a time, or for good.
    mutating func hide(_ items: some Sequence<ItemID>, as visibility: Visibility) {
        for id in items { entries[id]?.visibility = visibility }
    }

    /// The summary is not true any more: the items that it stood for are seen again.
    mutating func forgetSummary() {
        summary = nil
        for id in order where entries[id]?.visibility == .summarized { entries[id]?.visibility = .shown }
    }

    /// The oldest item that the model does not see and that is final, and so the one to do without when there is no room; never
    /// `kept`.
    func oldestOutOfView(except kept: ItemID?) -> ItemID? {
        order.first { id in
            guard id != kept, let entry = entries[id], entry.item.status != .inProgress else { return false }
            return entry.visibility != .shown || entry.isComfort
        }
    }

    /// A result came for a call that was taken for unanswered: the model sees the call again.
    mutating func showCall(_ id: CallID) {
        for key in order.reversed() {
            guard case .functionCall(let call) = entries[key]?.item.content, call.callID == id else { continue }
            entries[key]?.visibility = .shown
            return
        }
    }

    /// Whether the model called a tool under this id.
    package func hasCall(_ id: CallID) -> Bool {
        order.reversed().contains { key in
            if case .functionCall(let call) = entries[key]?.item.content { call.callID == id } else { false }
        }
    }

    /// Whether the conversation holds audio spoken by the assistant.
    package var hasAssistantAudio: Bool {
        entries.values.contains { $0.hasVoice }
    }
}

extension ConversationItem {
    /// Whether this is a message in which nothing was understood.
    var isWordless: Bool {
        guard case .message(_, let parts) = content else { return false }
        return parts.allSatisfy {
            if case .inputAudio(_, let transcript) = $0 { !Transcript.hasWords(transcript ?? "") } else { false }
        }
    }
}
