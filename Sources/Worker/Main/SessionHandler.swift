import Sessions
import Transport

extension WebSocketConnection: ClientConnection {
    var isCongested: Bool { isAboveHighWatermark }
}

/// Passes what the socket says to the session.
final class SessionHandler: WebSocketHandler {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func received(text: Span<UInt8>) { session.received(text: text) }
    func receivedBinary() { session.receivedBinary() }
    func receivedTooBig() { session.receivedTooBig() }
    func outboundDrained() { session.outboundDrained() }
    func closed(code: UInt16?) { session.closed() }
}
