package import Core
package import HTTPClient

/// A server that speaks OpenAI's HTTP API, as configured.
package struct ProviderService: Sendable {
    /// Its name in logs, metrics and errors.
    package var name: String
    /// Without a slash at the end.
    package var baseURL: String
    /// nil: it wants none.
    package var key: Secret?
    /// Sent with every request.
    package var headers: [HTTPHeader]
    /// Members that the operator adds to requests for speech and transcripts.
    package var extraBody: [String: JSONValue] = [:]

    /// A server at `baseURL`; slashes at its end are dropped.
    package init(name: String, baseURL: String, key: Secret?, headers: [HTTPHeader] = []) {
        self.name = name
        var address = baseURL
        while address.hasSuffix("/") { address.removeLast() }
        self.baseURL = address
        self.key = key
        self.headers = headers
    }
}
