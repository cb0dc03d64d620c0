import Core
import RealtimeProtocol
import Transport

/// A connection that is accepted only to be told why it is refused (protocol section 1.5): one `error`, then a close.
final class RefusalHandler: WebSocketHandler {
    /// Tells `error` to the client of `connection` and closes as `end` says.
    init(_ error: ProtocolError, _ end: SessionEnd, codec: any RealtimeCodec, on connection: WebSocketConnection) {
        var identifiers = IdentifierSource()
        connection.send { codec.encode(.error(error), eventID: identifiers.next(), into: &$0) }
        if let code = end.closeCode {
            connection.close(code: code, reason: "\(error.type.rawValue).\(error.code?.rawValue ?? "refused")")
        }
    }

    func received(text: Span<UInt8>) {}
    func receivedBinary() {}
    func receivedTooBig() {}
    func receivedTooMuch() {}
    func outboundDrained() {}
    func closed(_ end: ConnectionEnd) {}
}
