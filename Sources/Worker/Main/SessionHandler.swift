import RealtimeProtocol
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
    func receivedTooMuch() { session.receivedTooMuch() }
    func received(message: [UInt8]) { session.received(message: message) }
    func outboundDrained() { session.outboundDrained() }
    func faulted(_ fault: ConnectionFault) { session.end(SessionEnd(fault)) }
    func closed(_ end: ConnectionEnd) { session.closed(SessionEnd(end.cause)) }
}

extension SessionEnd {
    /// What a client's fault makes of its session.
    init(_ fault: ConnectionFault) {
        self =
            switch fault {
            case .unmaskedFrame: .protocolViolation
            case .invalidPayload: .invalidText
            case .messageTooBig: .messageTooBig
            case .messageOverdue: .messageOverdue
            case .crowdedOut: .crowdedOut
            }
    }

    /// What the end of a connection makes of its session.
    init(_ cause: ConnectionEnd.Cause) {
        self =
            switch cause {
            case .peer: .clientClosed
            // The server closes what no session has closed before it only when it stops.
            case .ours: .draining
            case .broken: .connectionLost
            case .unresponsive: .lineDead
            case .tooSlow: .clientTooSlow
            case .protocolViolation: .protocolViolation
            case .invalidPayload: .invalidText
            case .messageTooBig: .messageTooBig
            case .messageOverdue: .messageOverdue
            case .crowdedOut: .crowdedOut
            }
    }
}
