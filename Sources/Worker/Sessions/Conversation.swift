package import Core
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
        /// Whether the model does not see it any more, because its context was full.
        package var isOutOfView = false
    }

    private var order: [ItemID] = []
    private var entries: [ItemID: Entry] = [:]

    /// An empty conversation.
    package init() {}

    /// Number of items.
    package var count: Int { order.count }

    /// The newest item.
    package var last: ItemID? { order.last }

    /// The items from oldest to newest.
    package var items: [ConversationItem] { order.compactMap { entries[$0]?.item } }

    /// The items that the model may see, from oldest to newest.
    package var itemsInView: [ConversationItem] {
        order.compactMap { id in entries[id].flatMap { $0.isOutOfView ? nil : $0.item } }
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
        entries[item.id] = Entry(item: item)
        return index > 0 ? order[index - 1] : nil
    }

    /// Takes the item out; false when it was not there.
    package mutating func remove(_ id: ItemID) -> Bool {
        guard entries.removeValue(forKey: id) != nil else { return false }
        order.removeAll { $0 == id }
        return true
    }

    /// Whether the model called a tool under this id.
    package func hasCall(_ id: CallID) -> Bool {
        order.reversed().contains { key in
            if case .functionCall(let call) = entries[key]?.item.content { call.callID == id } else { false }
        }
    }

    /// Whether the conversation holds audio spoken by the assistant.
    package var hasAssistantAudio: Bool {
        entries.values.contains { $0.audioLength > .zero }
    }
}

extension ConversationItem {
    /// Whether this is a message in which nothing was understood.
    var isWordless: Bool {
        guard case .message(_, let parts) = content else { return false }
        return parts.allSatisfy {
            if case .inputAudio(_, let transcript) = $0 { (transcript ?? "").isEmpty } else { false }
        }
    }
}
