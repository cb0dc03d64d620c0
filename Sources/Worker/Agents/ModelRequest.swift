import Core
import EventLoops
import Pipeline

/// One request to the model, repeated while its provider fails before it has written anything, or writes nothing.
///
/// DESIGN. This is the one place that asks a language model again after a fault, so that a provider is asked as often as the
/// settings say. After the first word a request is not repeated, since that word would be said twice. Repetitions begin only in the first
/// seconds: what takes longer is a provider that is down, and the silence must end. A provider that says how long to wait is
/// waited for within the time that a first word may take; where that is not enough, its error says so and is the end. That time is
/// one for all repetitions.
struct ModelRequest {
    private let task: AgentTask
    private let request: LanguageModelRequest
    private let mayBeEmpty: Bool

    /// The wait before the first repetition; it doubles with each.
    static let firstPause = Duration.milliseconds(150)
    /// No repetition begins later than this after the first attempt, unless the provider said when.
    static let patience = Duration.seconds(4)
    /// The least time for a first word after a wait.
    static let leastTime = Duration.milliseconds(500)

    /// One request of `task`; `mayBeEmpty`: there are words already, so that the model need not add any.
    init(_ task: AgentTask, _ request: LanguageModelRequest, mayBeEmpty: Bool = false) {
        self.task = task
        self.request = request
        self.mayBeEmpty = mayBeEmpty
    }

    /// Streams the model's answer as `.model` events, with a `.modelRetried` before each repetition.
    func send(
        _ onEvent: (AgentEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        var request = request
        let start = task.loop.now
        let deadline = start + task.model.patience
        var pause = Self.firstPause
        var spent: LanguageModelResult.TokenUsage?
        var attempt = 0
        while true {
            let isLast = attempt >= task.limits.streamRetries
            request.repetition = .init(isLast: isLast, firstWordBy: deadline)
            var opening = AnswerOpening()
            let wait: Duration
            do throws(ProviderError) {
                var result = try await task.model.generate(request) { event throws(ProviderError) in
                    for piece in opening.take(event) { try onEvent(.model(piece)) }
                }
                result.usage = spent.map { spent in result.usage.map { spent + $0 } ?? spent } ?? result.usage
                guard !opening.hasBegun, !mayBeEmpty, result.isWhole else { return result }
                spent = result.usage
                throw ProviderError(
                    .languageModel, provider: task.model.name, .malformedResponse,
                    "\(task.model.name) language model gave an empty answer.")
            } catch {
                wait = max(pause, error.retryAfter ?? .zero)
                let latest = error.retryAfter == nil ? start + Self.patience : deadline - Self.leastTime
                guard !opening.hasBegun, error.category.isRetryable, !isLast, task.loop.now + wait <= latest,
                    !Task.isCancelled
                else { throw error }
                // A provider that was late may have been asked twice already.
                attempt += error.category == .timeout ? 2 : 1
                try onEvent(.modelRetried(error))
            }
            do { try await task.loop.sleep(for: wait) } catch {
                throw ProviderError(.languageModel, provider: "engine", .cancelled, "The response was cancelled.")
            }
            pause += pause
        }
    }
}

extension LanguageModelResult {
    /// Whether the model ended the answer, and no bound did.
    fileprivate var isWhole: Bool { finishReason == .stop || finishReason == .toolCalls }
}
