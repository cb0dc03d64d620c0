/// Why a session ended: the one table of reasons, with what its client is told.
///
/// The raw value is the reason in records, logs and metrics. Clients that reconnect by themselves do so on 1001, 1005,
/// 1006, 1011, 1012, 1013 and 1015, so a final reason uses none of these.
package enum SessionEnd: String, Sendable, CaseIterable {
    /// The client closed.
    case clientClosed = "client_closed"
    /// The line broke.
    case connectionLost = "connection_lost"
    /// Nothing came back over the line for too long after a ping.
    case lineDead = "line_dead"
    /// The worker stops; another one goes on serving.
    case draining = "worker_draining"
    /// The store gave the session's place away.
    case leaseLost = "lease_lost"
    /// The client did not read what was sent.
    case clientTooSlow = "client_too_slow"
    /// The longest time of a session is over.
    case expired = "session_expired"
    /// The client sent nothing for too long.
    case idle = "session_idle"
    /// The account was suspended.
    case suspended = "tenant_suspended"
    /// The credential was revoked.
    case revoked = "credential_revoked"
    /// A message was begun and did not end in time.
    case messageOverdue = "message_overdue"
    /// The worker needed the room that an unfinished message took.
    case crowdedOut = "message_crowded_out"
    /// The client broke the rules of the websocket protocol.
    case protocolViolation = "protocol_violation"
    /// A text message was not UTF-8.
    case invalidText = "invalid_text"
    /// A message was far beyond the limit of its size.
    case messageTooBig = "message_too_big"
    /// The client was told of a limit at the start.
    case refusedLimit = "refused_limit"
    /// The client was told at the start that there is no room.
    case refusedCapacity = "refused_capacity"
    /// The client's credential was refused.
    case refusedCredential = "refused_credential"
    /// What the client asked for at the start was refused.
    case refusedRequest = "refused_request"

    /// The close code; nil where nothing reaches the client any more.
    package var closeCode: UInt16? {
        switch self {
        case .clientClosed, .connectionLost, .lineDead: nil
        case .draining: 1012
        case .leaseLost, .clientTooSlow: 1013
        case .expired, .idle: 1000
        case .suspended, .revoked, .messageOverdue, .crowdedOut: 1008
        case .protocolViolation: 1002
        case .invalidText: 1007
        case .messageTooBig: 1009
        case .refusedLimit: 4429
        case .refusedCapacity: 4503
        case .refusedCredential: 3000
        case .refusedRequest: 4000
        }
    }

    /// Whether the same client has no reason to come back by itself.
    package var isFinal: Bool {
        switch self {
        case .clientClosed, .connectionLost, .lineDead, .draining, .leaseLost, .clientTooSlow, .refusedLimit,
            .refusedCapacity:
            false
        case .expired, .idle, .suspended, .revoked, .messageOverdue, .crowdedOut, .protocolViolation, .invalidText,
            .messageTooBig, .refusedCredential, .refusedRequest:
            true
        }
    }

    /// The `error` event before the close; nil where the client is told nothing more, or was told already.
    package var error: ProtocolError? {
        switch self {
        case .clientClosed, .connectionLost, .lineDead, .refusedLimit, .refusedCapacity, .refusedCredential,
            .refusedRequest:
            nil
        case .draining:
            ProtocolError(.serverShuttingDown, "The server is shutting down. Connect again.", type: .server)
        case .leaseLost:
            ProtocolError(.sessionLost, "The session is no longer admitted here. Connect again.", type: .server)
        case .clientTooSlow: ProtocolError(.clientTooSlow, "The client reads too slowly.")
        case .expired: ProtocolError(.sessionExpired, "Your session hit its maximum duration.")
        case .idle: ProtocolError(.sessionIdle, "The session ended because no event came for too long.")
        case .suspended:
            ProtocolError(.accountDeactivated, "The account is suspended.", type: .authentication)
        case .revoked:
            ProtocolError(.invalidAPIKey, "The credential has been revoked.", type: .authentication)
        case .messageOverdue: ProtocolError(.invalidEvent, "A message was begun and did not end in time.")
        case .crowdedOut:
            ProtocolError(
                .rateLimitExceeded,
                "The worker receives too many large messages. Your unfinished one was the oldest and was given up.",
                type: .rateLimit)
        case .protocolViolation: ProtocolError(.invalidEvent, "Frames of a client must be masked.")
        case .invalidText: ProtocolError(.invalidEvent, "A text message must be UTF-8.")
        case .messageTooBig: ProtocolError(.invalidValue, "The message is far beyond the largest that is taken.")
        }
    }

    /// The reason in the close frame, at most 123 bytes.
    package var closeReason: String {
        closeCode == nil ? "" : rawValue
    }
}
