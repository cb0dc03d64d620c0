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
    let endpoint: OpenAICompatibleEndpoint
    let dialect: Dialect
    private let deadlines: ProviderDeadlines
    private let habits: ModelHabitsTable

    init(endpoint: OpenAICompatibleEndpoint, model: String, dialect: Dialect, deadlines: ProviderDeadlines) {
        self.endpoint = endpoint
        self.model = model
        self.dialect = dialect
        self.deadlines = deadlines
        habits = ModelHabitsTable(dialect.spelling)
    }

    /// Streams one answer.
    ///
    /// A request that the server refuses for its spelling is spelled anew, within a budget of its own (`WorkerBudgets.spellings`).
    package func generate(
        _ request: LanguageModelRequest, onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        let firstToken = endpoint.now + deadlines.firstToken
        let habits = habits[request.model ?? model]
        let usual = habits.spelling
        var spelling = usual
        var tried = [usual]
        for attempt in 1... {
            var refusal: [UInt8] = []
            do throws(ProviderError) {
                return try await ask(
                    request, spelling, after: usual, habits, firstToken: firstToken, &refusal, onEvent)
            } catch {
                guard !refusal.isEmpty, attempt <= Self.mostSpellings, !Task.isCancelled, endpoint.now < firstToken,
                    let other = habits.spelling(after: refusal, of: request, spelled: spelling, except: tried, now: endpoint.now),
                    endpoint.mayAskAgain
                else { throw error }
                spelling = other
                tried.append(other)
            }
        }
        // `1...` has no end.
        preconditionFailure("the last spelling is taken or refused")
    }

    private func ask(
        _ request: LanguageModelRequest, _ spelling: RequestSpelling, after usual: RequestSpelling,
        _ habits: ModelHabits, firstToken: MonotonicInstant, _ refusal: inout [UInt8],
        _ onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        let http = endpoint.request(
            "/chat/completions", contentType: "application/json", body: body(of: request, spelling),
            deadlines: deadlines.completion, bodyLimit: Self.answerLimit)
        return try await endpoint.exchange(http) { (response) throws(ProviderError) in
            try await endpoint.expectSuccess(response) { refusal = $0 }
            habits.note(spelling, after: usual)
            return try await read(response.body, habits, firstToken: firstToken, onEvent)
        }
    }

    private func read(
        _ body: HTTPResponseBody, _ habits: ModelHabits, firstToken: MonotonicInstant,
        _ onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        var stream = CompletionStream(limit: Self.eventLimit)
        var completion = OpenAICompatibleCompletion(
            beginsInThought: habits.beginsInThought, provider: endpoint.name)
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

    /// Spellings of one request that are tried beside the first.
    private static let mostSpellings = 4
    /// How long to wait for the end of the body after the last event.
    private static let endPatience = Duration.milliseconds(100)
    private static let eventLimit = 1 << 20
    private static let answerLimit = 32 << 20
}
