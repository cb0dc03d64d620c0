import Core
import HTTPClient
package import Pipeline

/// A language model behind `/chat/completions`, streamed as server-sent events (OpenAI, Groq, OpenRouter, vLLM, Ollama,
/// …).
package struct OpenAICompatibleLLM: LanguageModel {
    /// The provider's name as configured.
    package var name: String { endpoint.name }
    /// What the server is asked for.
    package let model: String
    /// As the operator says; servers do not tell.
    package var acceptsImages: Bool { dialect.acceptsImages }
    private let endpoint: OpenAICompatibleEndpoint
    let dialect: Dialect
    private let deadlines: ProviderDeadlines

    /// Where servers differ.
    struct Dialect: Sendable, Equatable {
        /// OpenAI refuses `max_tokens` for its newer models; many others know nothing else.
        var maximumTokensKey: StaticKey = .maxTokens
        /// `reasoning_effort`, sent as it is.
        var reasoningEffort: String?
        /// OpenRouter: the upstream providers to use, in this order.
        var providerOrder: [String] = []
        /// Whether the model sees pictures.
        var acceptsImages = true

        enum StaticKey: Sendable { case maxTokens, maxCompletionTokens }
    }

    init(endpoint: OpenAICompatibleEndpoint, model: String, dialect: Dialect, deadlines: ProviderDeadlines) {
        self.endpoint = endpoint
        self.model = model
        self.dialect = dialect
        self.deadlines = deadlines
    }

    /// Streams one answer.
    package func generate(
        _ request: LanguageModelRequest, onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        let firstToken = endpoint.now + deadlines.firstToken
        let http = endpoint.request(
            "/chat/completions", contentType: "application/json", body: body(of: request),
            deadlines: deadlines.completion, bodyLimit: Self.answerLimit)
        return try await endpoint.exchange(http) { (response) throws(ProviderError) in
            try await endpoint.expectSuccess(response)
            try await expectStream(response)
            return try await read(response.body, firstToken: firstToken, onEvent)
        }
    }

    /// Some servers answer with status 200 and an error object instead of a stream.
    private func expectStream(_ response: HTTPClientResponse) async throws(ProviderError) {
        guard let type = response.headers["content-type"], type.hasPrefix("application/json") else { return }
        let body = (try? await response.body.collect(upTo: Self.eventLimit)) ?? []
        let error = OpenAICompatibleErrorBody(body)
        if error.code != nil || error.statusOfCode != nil { throw endpoint.fault(status: nil, error) }
        throw endpoint.fault(.malformedResponse, "did not stream its answer")
    }

    private func read(
        _ body: HTTPResponseBody, firstToken: MonotonicInstant,
        _ onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        var events = ServerSentEvents(limit: Self.eventLimit)
        var completion = OpenAICompatibleCompletion()
        while !completion.isDone {
            // Keep-alive comments and reasoning are bytes, but nothing that the user hears; the usage that follows the answer is
            // not worth a silence.
            let deadline: MonotonicInstant? =
                completion.finishReason != nil
                ? endpoint.now + Self.usagePatience : completion.hasOutput ? nil : firstToken
            let bytes: [UInt8]?
            let arrived: [ServerSentEvent]
            do throws(HTTPClientError) {
                bytes = try await body.next(before: deadline)
                if let bytes {
                    arrived = try events.read(bytes)
                } else {
                    arrived = [try events.finish()].compactMap(\.self)
                }
            } catch {
                // The answer is whole, only what comes after it is missing.
                if completion.finishReason != nil, !Task.isCancelled { break }
                throw endpoint.fault(error)
            }
            for event in arrived where !completion.isDone {
                for piece in try completion.read(event.data, of: endpoint) { try onEvent(piece) }
            }
            if bytes == nil { break }
            // Reading does not wait, and so does not fail, while more arrives all the time.
            if !completion.hasOutput, !completion.isDone, endpoint.now > firstToken {
                throw endpoint.fault(HTTPClientError(.timeout))
            }
        }
        for piece in try completion.finish(endpoint) { try onEvent(piece) }
        await drain(body)
        return completion.result
    }

    /// Reads the end of the body, which follows the last event directly, so that the connection can be used again.
    private func drain(_ body: HTTPResponseBody) async {
        let deadline = endpoint.now + Self.endPatience
        while let bytes = try? await body.next(before: deadline), !bytes.isEmpty {}
    }

    /// How long to wait for usage after the reason why the answer ended.
    private static let usagePatience = Duration.seconds(1)
    /// How long to wait for the end of the body after the last event.
    private static let endPatience = Duration.milliseconds(100)
    private static let eventLimit = 1 << 20
    private static let answerLimit = 32 << 20
}
