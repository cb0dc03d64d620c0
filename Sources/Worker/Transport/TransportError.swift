/// Why the transport could not be started.
///
/// What happens to single connections is never an error of the server.
package struct TransportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What failed.
    package enum Code: String, Sendable {
        /// The address is unknown, in use or not ours.
        case cannotListen = "cannot_listen"
        /// libwebsockets did not start.
        case libraryFailure = "library_failure"
        /// The server has been stopped.
        case stopped
    }
    /// Which of them it was.
    package let code: Code
    /// One sentence for the operator.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
