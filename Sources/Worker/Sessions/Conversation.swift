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
        private var shortened: String?

        /// What is known of an item when it comes.
        init(item: ConversationItem) {
            self.item = item
            if case .functionCallOutput(_, let output) = item.content {
                shortened = ToolResult.shortened(output)
            } else {
                shortened = nil
            }
        }

        /// What it holds in memory, beside what every item costs.
        var bytes: Int {
            exchanges.reduce(item.bytes + (shortened?.utf8.count ?? 0) + (playout?.bytes ?? 0)) { $0 + $1.bytes }
        }

        /// Whether the model does not see it.
        var isOutOfView: Bool { visibility != .shown || isComfort }

        /// The model does not see it any more: what only the model was shown is let go, and the times of its words.
        ///
        /// A summary may still have to tell of `exchanges`.
        mutating func release(exchanges isSettled: Bool) {
            playout = nil
            shortened = nil
            if isSettled { exchanges = [] }
        }

        /// The model sees it again.
        mutating func show() {
            visibility = .shown
            if case .functionCallOutput(_, let output) = item.content { shortened = ToolResult.shortened(output) }
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
    private(set) var trailingExchanges: [ToolExchange] = []
    /// What an item costs beside its texts.
    private let overhead: Int

    /// An empty conversation.
    package init(itemOverhead: Int) { overhead = itemOverhead }

    /// What all of it holds in memory.
    package private(set) var bytes = 0
    /// How many of the items the model does not see, and what they hold.
    private var outOfView = (count: 0, bytes: 0)
    /// How many items call a tool under an id.
    private var calls: [CallID: Int] = [:]

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
            guard let newValue else { return }
            change(id) { $0 = newValue }
        }
    }

    /// Changes an entry where it stands: nothing of it is copied.
    mutating func change(_ id: ItemID, _ body: (inout Entry) -> Void) {
        guard let index = entries.index(forKey: id) else { return }
        tally(entries.values[index], -1)
        body(&entries.values[index])
        tally(entries.values[index], 1)
    }

    private mutating func tally(_ entry: Entry, _ sign: Int) {
        let size = sign * (overhead + entry.bytes)
        bytes += size
        guard entry.isOutOfView else { return }
        outOfView.count += sign
        outOfView.bytes += size
    }

    private mutating func countCall(of item: ConversationItem, _ sign: Int) {
        guard case .functionCall(let call) = item.content else { return }
        let count = calls[call.callID, default: 0] + sign
        calls[call.callID] = count > 0 ? count : nil
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
        // What the model never sees is no place for what only the model sees.
        let isSeen = if case .mcpListTools = item.content { false } else { true }
        if index == order.count - 1, isSeen {
            bytes -= trailingExchanges.reduce(0) { $0 + $1.bytes }
            swap(&entry.exchanges, &trailingExchanges)
        }
        tally(entry, 1)
        countCall(of: item, 1)
        entries[item.id] = entry
        return index > 0 ? order[index - 1] : nil
    }

    /// Takes the item out.
    package mutating func remove(_ id: ItemID) {
        guard let index = order.firstIndex(of: id) else { return }
        order.remove(at: index)
        forget(id)
    }

    private mutating func forget(_ id: ItemID) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        tally(entry, -1)
        countCall(of: entry.item, -1)
    }

    /// Keeps an exchange that no item has followed yet.
    mutating func append(trailing exchange: ToolExchange) {
        trailingExchanges.append(exchange)
        bytes += exchange.bytes
    }

    /// Lets go of the exchange that was added last.
    mutating func dropNewestExchange(before item: ItemID?) {
        if let item, contains(item) {
            change(item) { _ = $0.exchanges.popLast() }
        } else if let exchange = trailingExchanges.popLast() {
            bytes -= exchange.bytes
        }
    }

    /// More of an answer's transcript, in its place: what was said before is not copied.
    mutating func append(transcript: String, to id: ItemID) {
        guard let index = entries.index(forKey: id) else { return }
        entries.values[index].item.append(transcript: transcript)
        bytes += transcript.utf8.count
    }

    /// Items become part of the summary, which says so.
    mutating func summarize(_ items: some Sequence<ItemID>, as summary: String) {
        hide(items, as: .summarized)
        bytes += summary.utf8.count - (self.summary?.utf8.count ?? 0)
        self.summary = summary
    }

    /// Items leave the model's view: for a time, or for good; with `exchanges`, a summary still has to tell what tools answered.
    mutating func hide(_ items: some Sequence<ItemID>, as visibility: Visibility, keeping exchanges: Bool = false) {
        for id in items {
            change(id) { entry in
                entry.visibility = visibility
                entry.release(exchanges: !exchanges)
            }
        }
    }

    /// The summary is not true any more: the items that it stood for are seen again.
    mutating func forgetSummary() {
        bytes -= summary?.utf8.count ?? 0
        summary = nil
        for id in order where entries[id]?.visibility == .summarized { change(id) { $0.show() } }
    }

    /// Takes out the oldest final items that the model does not see until `bytes` and `count` items are gone; then, where `all` may
    /// go, the oldest that it sees.
    ///
    /// - Returns: what went; nil, and nothing goes, when all of it is not enough.
    mutating func evict(bytes: Int, count: Int, all: Bool, except isKept: (ItemID) -> Bool) -> [ItemID]? {
        guard all || outOfView.bytes >= bytes && outOfView.count >= count else { return nil }
        var freed = 0
        var gone: [ItemID] = []
        search: for takesVisible in all ? [false, true] : [false] where takesVisible || outOfView.count > 0 {
            for id in order {
                if freed >= bytes, gone.count >= count { break search }
                guard let entry = entries[id], entry.isOutOfView != takesVisible, entry.item.status != .inProgress,
                    !isKept(id)
                else { continue }
                freed += overhead + entry.bytes
                gone.append(id)
            }
        }
        guard freed >= bytes, gone.count >= count else { return nil }
        if gone.count == 1 {
            remove(gone[0])
        } else {
            let set = Set(gone)
            order.removeAll { set.contains($0) }
            for id in gone { forget(id) }
        }
        return gone
    }

    /// A result came for a call that was taken for unanswered: the model sees the call again.
    mutating func showCall(_ id: CallID) {
        guard outOfView.count > 0 else { return }
        for key in order.reversed() {
            guard case .functionCall(let call) = entries[key]?.item.content, call.callID == id else { continue }
            change(key) { $0.show() }
            return
        }
    }

    /// Whether the model called a tool under this id.
    package func hasCall(_ id: CallID) -> Bool { calls[id] != nil }

    /// Whether the conversation holds audio spoken by the assistant.
    package var hasAssistantAudio: Bool {
        entries.values.contains { $0.hasVoice }
    }
}
