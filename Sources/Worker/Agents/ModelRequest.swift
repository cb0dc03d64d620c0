import Core
import EventLoops
import Pipeline

/// One request to the model, repeated while its provider fails before it has written anything.
///
/// A repetition after the first word would say that word twice, so there is none. Repetitions begin only in the first seconds: what
/// takes longer is a provider that is down, and the silence must end.
struct ModelRequest {
    private let task: AgentTask
    private let request: LanguageModelRequest

    /// The wait before the first repetition; it doubles with each.
    static let firstPause = Duration.milliseconds(150)
    /// No repetition begins later than this after the first attempt.
    static let patience = Duration.seconds(4)

    init(_ task: AgentTask, _ request: LanguageModelRequest) {
        self.task = task
        self.request = request
    }

    /// Streams the model's answer as `.model` events, with a `.modelRetried` before each repetition.
    func send(
        _ onEvent: (AgentEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        let deadline = task.loop.now + Self.patience
        var pause = Self.firstPause
        var attempt = 0
        while true {
            var hasBegun = false
            do throws(ProviderError) {
                return try await task.model.generate(request) { event throws(ProviderError) in
                    hasBegun = true
                    try onEvent(.model(event))
                }
            } catch {
                guard !hasBegun, error.category.isRetryable, attempt < task.limits.streamRetries,
                    task.loop.now + pause <= deadline, !Task.isCancelled
                else { throw error }
                try onEvent(.modelRetried(error))
            }
            attempt += 1
            do { try await task.loop.sleep(for: pause) } catch {
                throw ProviderError(.languageModel, provider: "engine", .cancelled, "The response was cancelled.")
            }
            pause += pause
        }
    }
}
