import Agents
import Core
import Pipeline

/// The calls of the server's tools that a response makes: those of the step that is under way.
struct ToolProgress: Sendable {
    private var calls: [(call: LanguageModelRequest.ToolCall, output: String?)] = []
    private var deadline: MonotonicInstant?

    /// How much later than its time-out a call may be reported as over.
    private static let slack = Duration.seconds(2)

    /// When the last tool ended.
    private(set) var lastEnd: MonotonicInstant?

    /// By when the tools that run have ended; nil when none runs.
    var runningDeadline: MonotonicInstant? { calls.contains { $0.output == nil } ? deadline : nil }

    /// A call begins to run.
    mutating func start(_ call: LanguageModelRequest.ToolCall, timeout: Duration, now: MonotonicInstant) {
        calls.append((call, nil))
        deadline = max(deadline ?? now, now + timeout + Self.slack)
    }

    /// A call was answered; the exchange of the step if it was the last one.
    mutating func finish(_ callID: String, _ output: String, now: MonotonicInstant) -> ToolExchange? {
        guard let index = calls.firstIndex(where: { $0.call.id == callID && $0.output == nil }) else { return nil }
        calls[index].output = output
        lastEnd = now
        guard calls.allSatisfy({ $0.output != nil }) else { return nil }
        return take(unanswered: "")
    }

    /// The exchange of a step that ends before all its calls were answered; nil when no call was under way.
    mutating func abandon() -> ToolExchange? {
        take(
            unanswered: ToolFailure.output(
                code: "cancelled", "The call was aborted before it answered. It may have had its effect."))
    }

    private mutating func take(unanswered: String) -> ToolExchange? {
        guard !calls.isEmpty else { return nil }
        defer { (calls, deadline) = ([], nil) }
        return ToolExchange(calls.map { ToolExchange.Answered($0.call, $0.output ?? unanswered) })
    }
}
