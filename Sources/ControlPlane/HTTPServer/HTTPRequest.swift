/// One request, complete with its body.
package struct HTTPRequest: Sendable {
    package var method: HTTPMethod
    package var target: HTTPTarget
    package var fields: HTTPFields
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
