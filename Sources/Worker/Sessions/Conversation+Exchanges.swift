import Agents
import Core
import RealtimeProtocol

// What the server's tools were asked and answered stands before the item that it led to, and goes when the client deletes that.
extension Conversation {
    /// Adds an exchange before this item of its response; before whatever comes next while there is none.
    mutating func add(_ exchange: ToolExchange, before item: ItemID?) {
        if let item, contains(item) {
            self[item]?.exchanges.append(exchange)
        } else {
            trailingExchanges.append(exchange)
        }
    }

    /// The exchanges that the model may see, by the item that they stand before.
    var exchangesInView: ToolExchanges {
        var result = ToolExchanges(before: itemsInView.compactMap { self[$0.id] })
        result.last = trailingExchanges
        return result
    }
}

/// Exchanges by their place in a conversation.
struct ToolExchanges: Sendable, Equatable {
    /// By the item that they stand before.
    var before: [ItemID: [ToolExchange]] = [:]
    /// After all items.
    var last: [ToolExchange] = []

    /// Those of `entries`.
    init(before entries: [Conversation.Entry] = []) {
        for entry in entries where !entry.exchanges.isEmpty { before[entry.item.id] = entry.exchanges }
    }
}
