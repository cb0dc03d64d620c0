/// How a websocket ended.
package struct ConnectionEnd: Sendable, Equatable {
    /// What ended it.
    package enum Cause: String, Sendable, CaseIterable {
        /// The peer sent its close frame first.
        case peer
        /// Our close frame, by the handler's wish or the server's.
        case ours
        /// The socket broke, or the peer closed it without a close frame.
        case broken
        /// Nothing came back within the time allowed after a ping.
        case unresponsive
        /// The peer did not read what was sent.
        case tooSlow
        /// The peer broke the rules of framing.
        case protocolViolation
        /// A text message was not UTF-8.
        case invalidPayload
        /// A message was longer than could be a mistake.
        case messageTooBig
        /// A message did not end in time.
        case messageOverdue
        /// The room of an unfinished message was needed.
        case crowdedOut
    }
    /// The peer's close code if it sent one, else ours, else nil: the connection broke.
    package var code: UInt16?
    /// What ended it.
    package var cause: Cause
}

/// What a peer did that ends its connection; its handler is told before the close frame leaves, and may say why.
package enum ConnectionFault: Sendable, Equatable, CaseIterable {
    /// A frame without a mask (RFC 6455, section 5.1).
    case unmaskedFrame
    /// A text message that is not UTF-8.
    case invalidPayload
    /// A message longer than could be a mistake.
    case messageTooBig
    /// A message that did not end in time.
    case messageOverdue
    /// An unfinished message whose room was needed.
    case crowdedOut

    var code: UInt16 {
        switch self {
        case .unmaskedFrame: CloseCode.protocolError
        case .invalidPayload: CloseCode.invalidPayload
        case .messageTooBig: CloseCode.messageTooBig
        case .messageOverdue, .crowdedOut: CloseCode.policyViolation
        }
    }

    var reason: String {
        switch self {
        case .unmaskedFrame: "frames must be masked"
        case .invalidPayload: "text is not UTF-8"
        case .messageTooBig: "message too big"
        case .messageOverdue: "a message did not end in time"
        case .crowdedOut: "the room of an unfinished message was needed"
        }
    }

    var cause: ConnectionEnd.Cause {
        switch self {
        case .unmaskedFrame: .protocolViolation
        case .invalidPayload: .invalidPayload
        case .messageTooBig: .messageTooBig
        case .messageOverdue: .messageOverdue
        case .crowdedOut: .crowdedOut
        }
    }
}
