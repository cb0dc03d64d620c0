import Core
package import Observability

/// Names one HTTP request in answers and logs: `req_…`.
package struct RequestID: PrefixedIdentifier {
    package static let prefix = "req_"
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// What is known about a request besides its own content.
package struct RequestContext: Sendable {
    /// Names the request in answers and logs.
    package let requestID: RequestID
    /// The template of the matched route, for example `/v1/models/{id}`; `unmatched` where there is none.
    package let route: String
    /// The values of the route's `{…}` segments.
    package let parameters: [String: String]
    /// Numeric address of the client: what a trusted proxy said, otherwise the peer's.
    package let clientAddress: String
    /// When the request was complete.
    package let received: ContinuousClock.Instant
    /// Logs with the request's id.
    package let logger: Logger
}
