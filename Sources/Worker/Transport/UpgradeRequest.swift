package import Core

/// One request as the decision sees it: a wish for a websocket, or a plain request.
///
/// Credentials are taken out of the header fields when the request is read and kept as secrets, so that no log of the
/// fields can show them.
package struct UpgradeRequest: Sendable, CustomStringConvertible {
    /// The method, in capitals.
    package let method: String
    /// The target without its query, as sent (not percent-decoded).
    package let path: String
    /// The query behind the path, decoded.
    package let query: QueryItems
    /// All fields but `Authorization`, `api-key` and `Sec-WebSocket-Protocol`.
    package let headers: HTTPHeaders
    /// The peer's address without port: "192.0.2.1", "2001:db8::1".
    ///
    /// Behind a proxy it is the proxy's.
    package let remoteAddress: String
    /// Whether the client asks for a websocket.
    package let wantsWebSocket: Bool
    /// The subprotocols offered, those that carry a key left out.
    package let offeredSubprotocols: [String]
    /// The token of `Authorization: Bearer`.
    package let bearerToken: Secret?
    /// The value of the `api-key` field.
    package let apiKeyField: Secret?
    /// The key in the subprotocol `openai-insecure-api-key.<key>`, the browser's way.
    package let subprotocolKey: Secret?

    /// The answer to a handshake that is wrong: no websocket can come of it, whatever is decided.
    package internal(set) var fault: HTTPAnswer?

    /// The credential to use: field before subprotocol, since only a deliberate client sets fields.
    package var credential: Secret? { bearerToken ?? apiKeyField ?? subprotocolKey }

    /// Method and path only.
    package var description: String { "\(method) \(path)" }

    /// The subprotocol that carries a key.
    package static let keySubprotocolPrefix = "openai-insecure-api-key."

    init(_ head: HTTPRequestHead, remoteAddress: String) {
        var headers = head.headers
        let parts = head.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        method = head.method
        path = String(parts[0])
        query = QueryItems(parts.count > 1 ? parts[1] : "")
        self.remoteAddress = remoteAddress
        wantsWebSocket =
            head.headers.list("upgrade").contains { $0.lowercased() == "websocket" }
            && head.headers.list("connection").contains { $0.lowercased() == "upgrade" }
        let offered = headers.list("sec-websocket-protocol")
        _ = headers.remove("sec-websocket-protocol")
        offeredSubprotocols = offered.filter { !$0.hasPrefix(Self.keySubprotocolPrefix) }
        subprotocolKey = offered.first { $0.hasPrefix(Self.keySubprotocolPrefix) }
            .map { $0.dropFirst(Self.keySubprotocolPrefix.count) }.flatMap(Self.secret)
        bearerToken = headers.remove("authorization").flatMap(Self.bearerToken)
        apiKeyField = headers.remove("api-key").flatMap { Self.secret($0[...]) }
        self.headers = headers
    }

    private static func bearerToken(_ field: String) -> Secret? {
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return secret(parts[1].drop { $0 == " " })
    }

    private static func secret(_ text: Substring) -> Secret? { text.isEmpty ? nil : Secret(String(text)) }
}
