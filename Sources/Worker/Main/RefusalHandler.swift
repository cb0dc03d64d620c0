import Core
import RealtimeProtocol
import Transport

/// A connection that is accepted only to be told why it is refused (protocol section 1.5): one `error`, then a close.
final class RefusalHandler: WebSocketHandler {
    /// Closes for credentials and for everything else.
    private static let invalidCredential: UInt16 = 3000
    private static let invalidRequest: UInt16 = 4000

    /// Tells `error` to the client of `connection` and closes.
    init(_ error: ProtocolError, codec: any RealtimeCodec, on connection: WebSocketConnection) {
        var identifiers = IdentifierSource()
        connection.send { codec.encode(.error(error), eventID: identifiers.next(), into: &$0) }
        connection.close(
            code: error.code == .invalidAPIKey ? Self.invalidCredential : Self.invalidRequest,
            reason: "\(error.type.rawValue).\(error.code?.rawValue ?? "refused")")
    }

    func received(text: Span<UInt8>) {}
    func receivedBinary() {}
    func receivedTooBig() {}
    func outboundDrained() {}
    func closed(code: UInt16?) {}
}
