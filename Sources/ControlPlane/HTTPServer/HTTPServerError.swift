package import Core

/// Why a server could not be started.
package struct HTTPServerError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// Another process listens on that address.
        case addressInUse
        /// The address cannot be resolved or bound.
        case cannotBind
        /// The HTTP library refused to start.
        case cannotStart
    }

    /// Which kind.
    package let code: Code
    /// One sentence for the operator.
    package let message: String
    /// Where it was thrown.
    package let file: String
    /// Where it was thrown.
    package let line: Int

    init(_ code: Code, _ message: String, file: String = #fileID, line: Int = #line) {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
    }

    /// Whether another start may help.
    package var category: ErrorCategory { code == .cannotStart ? .internal : .unavailable }
    package var description: String { message }
}
