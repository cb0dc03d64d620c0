import Agents
import Core
import RealtimeProtocol

// What the server's tools were asked and answered stands before the item that it led to, and goes when the client deletes that.
extension Conversation {
    /// Adds an exchange before this item of its response; before whatever comes next while there is none.
    mutating func add(_ exchange: ToolExchange, before item: ItemID?) {
        var exchange = exchange
        for index in exchange.calls.indices {
            if let shortened = ToolResult.shortened(exchange.calls[index].output) {
                exchange.calls[index].output = shortened
            }
        }
        if let item, contains(item) {
            self[item]?.exchanges.append(exchange)
        } else {
            trailingExchanges.append(exchange)
        }
    }
}
