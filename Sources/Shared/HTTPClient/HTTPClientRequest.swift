/// One request: what to send, how long to wait, how much to take.
package struct HTTPClientRequest: Sendable {
    /// The request's method.
    package var method: Method
    /// Absolute, http or https.
    package var url: String
    /// Sent as they are, after those that libcurl makes (Host, Content-Length).
    package var headers: [HTTPHeader]
    /// Sent whole with a Content-Length; nil: no body.
    package var body: [UInt8]?
    /// Asked before each connection to an address that the host name was resolved to; nil: every address is good.
    ///
    /// Runs on the client's loop inside libcurl: it must only look at its arguments. Connections that are kept open were admitted for
    /// the request that opened them, so requests with other rules need another client.
    package var admits: (@Sendable (NetworkAddress, _ port: Int) -> Bool)?
    /// How long each part may take.
    package var deadlines: HTTPDeadlines
    /// How large the answer may be.
    package var limits: HTTPLimits

    /// A request with the default deadlines and limits.
    package init(
        _ method: Method, _ url: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil,
        deadlines: HTTPDeadlines = HTTPDeadlines(), limits: HTTPLimits = HTTPLimits()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadlines = deadlines
        self.limits = limits
    }

    /// The methods in use.
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }
}

/// How large an answer may be; beyond it the exchange ends with `HTTPClientError.Code.tooLarge`.
package struct HTTPLimits: Sendable, Equatable {
    /// All header lines together, in bytes.
    package var headerBytes: Int
    /// The whole body, in bytes.
    package var bodyBytes: Int
    /// Unread body bytes that are held before the connection is read no further (back-pressure).
    package var window: Int

    /// Bounds for an answer; the window of 64 KiB is 1.4 s of 24 kHz speech.
    package init(headerBytes: Int = 64 << 10, bodyBytes: Int = 64 << 20, window: Int = 64 << 10) {
        self.headerBytes = headerBytes
        self.bodyBytes = bodyBytes
        self.window = window
    }
}
