import Core
import HTTPServer

/// Where a client may put its key (protocol section 1.2).
enum Credentials {
    private static let subprotocolPrefix = "openai-insecure-api-key."

    /// The key of a REST call: `Authorization: Bearer`, or the Azure spelling `api-key`.
    static func ofCall(_ fields: HTTPFields) -> Secret? {
        bearer(fields) ?? fields["api-key"].flatMap(secret)
    }

    /// The key of a WebSocket upgrade: as of a call, or inside a subprotocol, which is all that a browser can send.
    static func ofUpgrade(_ fields: HTTPFields) -> Secret? {
        ofCall(fields) ?? ofSubprotocol(fields)
    }

    /// Whether an upgrade comes from a script of a web page: it has an origin, and its key is where only pages put it.
    static func areOfPage(_ fields: HTTPFields) -> Bool {
        fields["origin"] != nil && ofCall(fields) == nil && ofSubprotocol(fields) != nil
    }

    private static func ofSubprotocol(_ fields: HTTPFields) -> Secret? {
        for offer in fields.values("sec-websocket-protocol") {
            for name in offer.split(separator: ",") {
                let name = name.trimmingBlanks
                if name.hasPrefix(subprotocolPrefix) { return secret(String(name.dropFirst(subprotocolPrefix.count))) }
            }
        }
        return nil
    }

    private static func bearer(_ fields: HTTPFields) -> Secret? {
        guard let value = fields["authorization"] else { return nil }
        let parts = value.trimmingBlanks.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return secret(String(parts[1]))
    }

    private static func secret(_ text: String) -> Secret? {
        let text = text.trimmingBlanks
        return text.isEmpty ? nil : Secret(text)
    }
}
