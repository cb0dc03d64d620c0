/// One request, complete with its body.
package struct HTTPRequest: Sendable {
    /// What to do.
    package var method: HTTPMethod
    /// With what: path and query, split and decoded.
    package var target: HTTPTarget
    /// The header fields.
    package var fields: HTTPFields
    /// All of it; empty where there was none.
    package var body: [UInt8]
    /// Numeric address of the socket's other end; behind a proxy, the proxy's.
    package var peer: String

    /// A request as a test or the server makes it.
    package init(
        _ method: HTTPMethod, target: HTTPTarget, fields: HTTPFields = [:], body: [UInt8] = [],
        peer: String = "127.0.0.1"
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
        self.peer = peer
    }

    /// The media type of the body without parameters, in lower case; nil if the client named none.
    package var mediaType: String? {
        guard let value = fields["content-type"] else { return nil }
        let type = value.prefix { $0 != ";" }
        return String(type.filter { $0 != " " && $0 != "\t" }).lowercased()
    }
}
