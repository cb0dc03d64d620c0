import Agents
import Core
import Pipeline
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
            change(item) { $0.exchanges.append(exchange) }
        } else {
            append(trailing: exchange)
        }
    }
}

extension ToolExchange {
    /// What it holds in memory.
    var bytes: Int {
        calls.reduce(0) { sum, exchange in
            let call = exchange.call
            let texts = call.name.utf8.count + call.arguments.utf8.count + (call.extra?.utf8.count ?? 0)
            return sum + Self.overhead + texts + exchange.output.utf8.count
        }
    }

    /// What a call costs beside its texts.
    private static let overhead = 128
}
