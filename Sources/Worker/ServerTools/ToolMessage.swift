import Agents
import Core
import Cryptography
import HTTPClient
import Pipeline

/// The request that one call becomes: a signed JSON message (https://www.standardwebhooks.com).
struct ToolMessage {
    /// The same in every repetition, so that the endpoint can tell that it is one.
    let id: String
    private let body: [UInt8]
    private let secret: WebhookSecret

    init(_ call: LanguageModelRequest.ToolCall, for owner: ServerToolOwner, secret: WebhookSecret) {
        id = "msg_" + call.id
        self.secret = secret
        let arguments = (try? JSONValue.parse(call.arguments)) ?? .object([:])
        var body: [UInt8] = []
        JSONValue.object([
            "type": .string("tool.call"), "call_id": .string(call.id), "name": .string(call.name),
            "arguments": arguments, "session_id": .string(owner.session.rawValue),
            "tenant_id": .string(owner.tenant.rawValue),
        ]).serialize(into: &body)
        self.body = body
    }

    /// The request at `time`, signed with it; it may take `timeout`.
    func request(to url: String, at time: UnixTime, timeout: Duration) -> HTTPClientRequest {
        HTTPClientRequest(
            .post, url,
            headers: [
                HTTPHeader("Content-Type", "application/json"), HTTPHeader("Accept", "application/json, text/plain"),
                HTTPHeader("webhook-id", id), HTTPHeader("webhook-timestamp", String(time.seconds)),
                HTTPHeader("webhook-signature", secret.signature(id: id, timestamp: time, body: body)),
            ], body: body,
            deadlines: HTTPDeadlines(
                connect: min(timeout, Self.connectTimeout), firstByte: timeout, idle: timeout, total: timeout))
    }

    /// Name lookup, TCP and TLS together.
    private static let connectTimeout = Duration.seconds(3)
}
