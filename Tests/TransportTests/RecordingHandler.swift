import Synchronization
import Transport

/// Writes down what a connection reports, and does what the test says on each text.
final class RecordingHandler: WebSocketHandler {
    enum Event: Equatable {
        case text(String)
        case binary, tooBig, tooMuch, drained
        case closed(UInt16?)
    }

    let connection: WebSocketConnection
    private let log = Mutex<[Event]>([])
    private let onText: @Sendable (WebSocketConnection, String) -> Void

    init(_ connection: WebSocketConnection, onText: @escaping @Sendable (WebSocketConnection, String) -> Void) {
        self.connection = connection
        self.onText = onText
    }

    var events: [Event] { log.withLock { $0 } }

    func received(text: Span<UInt8>) {
        let text = text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        // A long text is noted by its length.
        log.withLock { $0.append(.text(text.utf8.count > 1000 ? "\(text.utf8.count) bytes" : text)) }
        onText(connection, text)
    }

    func receivedBinary() { log.withLock { $0.append(.binary) } }
    func receivedTooBig() { log.withLock { $0.append(.tooBig) } }
    func receivedTooMuch() { log.withLock { $0.append(.tooMuch) } }
    func outboundDrained() { log.withLock { $0.append(.drained) } }
    func closed(_ end: ConnectionEnd) {
        log.withLock { $0.append(.closed(end.code)) }
        endings.withLock { $0.append(end.cause) }
    }

    /// What ended the connection.
    var causes: [ConnectionEnd.Cause] { endings.withLock { $0 } }
    private let endings = Mutex<[ConnectionEnd.Cause]>([])

    func faulted(_ fault: ConnectionFault) { connection.send("fault \(fault)") }
}

extension WebSocketConnection {
    /// Sends a text.
    func send(_ text: String) {
        send { $0.append(contentsOf: text.utf8) }
    }
}
