package import Core

/// Why a Redis command has no answer.
package struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of reasons.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// There is no connection, it was lost with the command in flight, or the server is loading or a replica. A
        /// command in flight at the loss may or may not have been executed.
        case unavailable
        /// The answer did not come within the deadline; the command may still be executed.
        case timeout
        /// The server does not know the script's digest.
        case noScript = "no_script"
        /// The server refused the command.
        case refused
        /// The answer has a shape the command never gives.
        case unexpectedReply = "unexpected_reply"
        /// The address is not one of the forms we take.
        case invalidAddress = "invalid_address"
    }

    /// Which of the documented reasons.
    package let code: Code
    /// For logs: the server's own words or ours; never an argument of the command.
    package let message: String

    /// An error with this reason.
    package init(_ code: Code, _ message: String = "") {
        self.code = code
        self.message = message
    }

    /// What an error reply means: its first word is the server's code (Redis serialization protocol, "Simple errors").
    init(serverReply text: String) {
        switch text.prefix(while: { $0 != " " }) {
        case "NOSCRIPT": self.init(.noScript)
        case "LOADING", "MASTERDOWN", "READONLY", "CLUSTERDOWN", "TRYAGAIN": self.init(.unavailable, text)
        default: self.init(.refused, text)
        }
    }

    /// What the caller can do about it.
    package var category: ErrorCategory {
        switch code {
        case .unavailable: .unavailable
        case .timeout: .timeout
        case .noScript, .refused, .invalidAddress: .internal
        case .unexpectedReply: .malformedResponse
        }
    }

    /// Whether the store as such could not be asked, as opposed to having refused.
    package var isOutage: Bool { code == .unavailable || code == .timeout }

    package var description: String { message.isEmpty ? code.rawValue : "\(code.rawValue): \(message)" }
}
