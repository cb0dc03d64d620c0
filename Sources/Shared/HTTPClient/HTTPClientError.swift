package import Core

/// Why a request got no whole answer.
///
/// Holds no header value, no body and no key; an answer with status 500 is not an error here.
package struct HTTPClientError: Error, Sendable, CustomStringConvertible {
    /// What happened.
    package let code: Code
    /// One sentence, safe for a log.
    package let message: String
    /// libcurl's own code, where it was the one to complain.
    package let curlCode: Int?
    /// Where in our sources it was made.
    package let file: String
    /// The line in `file`.
    package let line: Int

    /// An error of kind `code`; the message is the kind's own unless there is a better one.
    package init(
        _ code: Code, _ message: String? = nil, curlCode: Int? = nil, file: String = #fileID, line: Int = #line
    ) {
        self.code = code
        self.message = message ?? code.sentence
        self.curlCode = curlCode
        self.file = file
        self.line = line
    }

    /// The closed set of faults.
    package enum Code: String, Sendable, CaseIterable {
        /// The URL cannot be parsed or its scheme is not http or https.
        case invalidURL
        /// A header name or value has a character that HTTP forbids.
        case invalidHeader
        /// The host name has no address.
        case unknownHost
        /// None of the host's addresses may be connected to.
        case addressRefused
        /// No connection could be made: refused, unreachable, or not accepted in time.
        case connectFailed
        /// The TLS handshake failed or the certificate is not trusted.
        case tlsFailed
        /// The file of authorities cannot be read or holds no certificate.
        case invalidAuthorities
        /// The connection ended before the answer began.
        case closedEarly
        /// The answer stopped in the middle.
        case truncated
        /// The answer is not HTTP.
        case malformed
        /// The headers, the body or one event are larger than the request allows.
        case tooLarge
        /// No answer began within `HTTPDeadlines.firstByte`.
        case firstByteTimeout
        /// The answer was silent for longer than `HTTPDeadlines.idle`.
        case idleTimeout
        /// The whole exchange, or a read with a deadline of its own, took too long.
        case timeout
        /// The task was cancelled or the body abandoned.
        case cancelled
        /// The client was closed.
        case clientClosed
        /// A fault of our own, such as no memory.
        case `internal`

        var sentence: String {
            switch self {
            case .invalidURL: "the URL is not valid"
            case .invalidHeader: "a header has a forbidden character"
            case .unknownHost: "the host name has no address"
            case .addressRefused: "the address may not be connected to"
            case .connectFailed: "no connection could be made"
            case .tlsFailed: "the TLS handshake failed"
            case .invalidAuthorities: "the file of certificate authorities cannot be read or holds none"
            case .closedEarly: "the connection ended before the answer began"
            case .truncated: "the answer stopped in the middle"
            case .malformed: "the answer is not HTTP"
            case .tooLarge: "the answer is too large"
            case .firstByteTimeout: "no answer began in time"
            case .idleTimeout: "the answer fell silent"
            case .timeout: "the exchange took too long"
            case .cancelled: "the request was cancelled"
            case .clientClosed: "the HTTP client is closed"
            case .internal: "the HTTP client failed"
            }
        }
    }

    /// What the caller can do about it.
    package var category: ErrorCategory {
        switch code {
        case .invalidURL, .invalidHeader, .invalidAuthorities, .addressRefused: .invalidRequest
        case .unknownHost, .connectFailed, .tlsFailed, .closedEarly: .unavailable
        case .truncated, .malformed, .tooLarge: .malformedResponse
        case .firstByteTimeout, .idleTimeout, .timeout: .timeout
        case .cancelled: .cancelled
        case .clientClosed, .internal: .internal
        }
    }

    package var description: String {
        let curl = curlCode.map { " (curl \($0))" } ?? ""
        return "\(code.rawValue): \(message)\(curl)"
    }
}
