import Core
import EventLoops
import HTTPClient
import Pipeline

/// One server that speaks OpenAI's HTTP API, as one stage of the pipeline sees it: where it is, how to sign in, and
/// what its failures are called.
struct OpenAICompatibleEndpoint: Sendable {
    let stage: ProviderError.Stage
    /// The provider's name as configured.
    let name: String
    /// Without a slash at the end.
    let baseURL: String
    /// Sent as bearer token; nil: the server wants none.
    let key: Secret?
    /// Sent with every request.
    let headers: [HTTPHeader]
    /// Members that the operator adds to each request for speech or a transcript.
    let extraBody: [String: JSONValue]
    let client: HTTPClient

    /// Whether one more request may follow one that the server refused; it counts as a call of the session.
    var mayAskAgain: Bool { ProviderWork.current?.askAgain() ?? true }

    init(_ stage: ProviderError.Stage, _ service: ProviderService, client: HTTPClient) {
        self.stage = stage
        name = service.name
        baseURL = service.baseURL
        key = service.key
        headers = service.headers
        extraBody = service.extraBody
        self.client = client
    }

    /// The clock of the sessions' loop.
    var now: MonotonicInstant { client.loop.now }

    /// A POST to `path`, such as "/audio/speech".
    func request(
        _ path: String, contentType: String, body: [UInt8], deadlines: HTTPDeadlines, bodyLimit: Int
    ) -> HTTPClientRequest {
        HTTPClientRequest(
            .post, baseURL + path, headers: credentials + [HTTPHeader("Content-Type", contentType)] + headers,
            body: body,
            deadlines: deadlines, limits: HTTPLimits(bodyBytes: bodyLimit))
    }

    /// Sends `request` and gives the answer to `use`; cancelling aborts it at once.
    ///
    /// An abort closes its connection; the next request takes an idle one, or opens another.
    func exchange<Value>(
        _ request: HTTPClientRequest, _ use: (HTTPClientResponse) async throws(ProviderError) -> Value
    ) async throws(ProviderError) -> Value {
        try await client.withResponse(to: request, failure: fault, use)
    }

    /// Opens a connection, or finds that one is open, so that the next request pays for no handshake.
    ///
    /// Failures do not matter.
    func prewarm(connect: Duration) async {
        let request = HTTPClientRequest(
            .head, baseURL + "/models", headers: credentials + headers,
            deadlines: HTTPDeadlines(connect: connect, firstByte: connect + connect, idle: connect, total: connect * 3))
        guard let response = try? await client.execute(request) else { return }
        _ = try? await response.body.collect(upTo: .max)
    }

    private var credentials: [HTTPHeader] {
        key.map { [HTTPHeader("Authorization", prefix: "Bearer ", secret: $0)] } ?? []
    }
}
