package import Core

/// A tool that the server runs by calling the tenant's own HTTPS endpoint.
///
/// Clients see name and description only; the address is the tenant's.
package struct ServerToolDefinition: Sendable, Equatable {
    /// What the model calls it by.
    package var name: String
    /// What it is good for, for the model.
    package var description: String?
    /// A JSON Schema object.
    package var parameters: JSONValue?
    /// Where calls are posted to.
    package var url: String
    /// How long the endpoint may take.
    package var timeout: Duration

    /// How long an endpoint may take that says nothing else.
    package static let defaultTimeout = Duration.seconds(10)

    /// A tool with these parts.
    package init(
        name: String, description: String? = nil, parameters: JSONValue? = nil, url: String,
        timeout: Duration = Self.defaultTimeout
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.url = url
        self.timeout = timeout
    }
}
