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
    private let habits: ModelHabits

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
        habits = ModelHabits(model: model)
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
            return try await read(response.body, firstToken: firstToken, onEvent)
        }
    }

    private func read(
        _ body: HTTPResponseBody, firstToken: MonotonicInstant,
        _ onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        var stream = CompletionStream(limit: Self.eventLimit)
        var completion = OpenAICompatibleCompletion(beginsInThought: habits.beginsInThought)
        var lastOutput = firstToken
        while !completion.isDone {
            // Keep-alive comments and reasoning are bytes, but nothing that the user hears. What may follow a reason is waited for as
            // long as for any other piece, and a little less than those wait who hear the answer.
            let deadline: MonotonicInstant? =
                !completion.hasOutput
                ? firstToken : completion.finishReason != nil ? lastOutput + deadlines.answerGap * 0.95 : nil
            let bytes: [UInt8]?
            let arrived: [ServerSentEvent]
            do throws(HTTPClientError) {
                bytes = try await body.next(before: deadline)
                if let bytes { arrived = try stream.read(bytes) } else { arrived = try stream.finish() }
            } catch {
                guard isEnd(error, completion), !Task.isCancelled else { throw endpoint.fault(error) }
                break
            }
            for event in arrived where !completion.isDone {
                for piece in try completion.read(event, of: endpoint) {
                    lastOutput = endpoint.now
                    try onEvent(piece)
                }
            }
            if bytes == nil { break }
            // Reading does not wait, and so does not fail, while more arrives all the time.
            if !completion.hasOutput, !completion.isDone, endpoint.now > firstToken {
                throw endpoint.fault(HTTPClientError(.timeout))
            }
        }
        for piece in try completion.finish(endpoint) { try onEvent(piece) }
        habits.note(completion)
        await drain(body)
        return completion.result
    }

    /// Whether a fault only takes what may follow the answer.
    private func isEnd(_ error: HTTPClientError, _ completion: OpenAICompatibleCompletion) -> Bool {
        switch error.code {
        case .timeout, .idleTimeout: completion.finishReason != nil && completion.hasOutput
        default: completion.isTrusted
        }
    }

    /// Reads the end of the body, which follows the last event directly, so that the connection can be used again.
    private func drain(_ body: HTTPResponseBody) async {
        let deadline = endpoint.now + Self.endPatience
        while let bytes = try? await body.next(before: deadline), !bytes.isEmpty {}
    }

    /// How long to wait for the end of the body after the last event.
    private static let endPatience = Duration.milliseconds(100)
    private static let eventLimit = 1 << 20
    private static let answerLimit = 32 << 20
}
