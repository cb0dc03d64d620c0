import Agents
import Core
import EventLoops
import Pipeline
import TestSupport

/// A model whose answers are given one by one; the last one repeats.
struct ScriptedModel: LanguageModel {
    let name = "scripted"
    let model = "script"
    let acceptsImages = false

    /// One answer: what is written, how long that takes, and how it ends.
    struct Answer: Sendable {
        var events: [LanguageModelEvent] = []
        var finish = LanguageModelResult.FinishReason.stop
        var usage: LanguageModelResult.TokenUsage? = .init(input: 10, cachedInput: 1, output: 2)
        var delay = Duration.milliseconds(10)
        /// Thrown after the events.
        var error: ProviderError?

        static func says(_ words: String...) -> Answer { Answer(events: words.map { .textDelta($0) }) }

        /// Calls in order of their indexes, after `text` if there is any.
        static func calls(_ calls: (name: String, arguments: String)..., text: String = "") -> Answer {
            var events: [LanguageModelEvent] = text.isEmpty ? [] : [.textDelta(text)]
            for (index, call) in calls.enumerated() {
                events.append(.toolCallStarted(index: index, id: "call_0", name: call.name))
                for character in call.arguments {
                    events.append(.toolCallArgumentsDelta(index: index, delta: String(character)))
                }
            }
            return Answer(events: events, finish: .toolCalls)
        }

        static func fails(_ category: ErrorCategory, after events: [LanguageModelEvent] = []) -> Answer {
            Answer(
                events: events,
                error: ProviderError(.languageModel, provider: "scripted", category, "The script wants it."))
        }
    }

    let loop: VirtualTimeLoop
    let answers: [Answer]
    let requests: TestLog<LanguageModelRequest>

    func generate(
        _ request: LanguageModelRequest, onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        requests.append(request)
        let answer = answers[min(requests.values.count, answers.count) - 1]
        do { try await loop.sleep(for: answer.delay) } catch {
            throw ProviderError(.languageModel, provider: name, .cancelled, "Cancelled.")
        }
        for event in answer.events { try onEvent(event) }
        if let error = answer.error { throw error }
        return LanguageModelResult(finishReason: answer.finish, usage: answer.usage)
    }
}

/// What happened, in order.
///
/// Touched on the test's thread only, since a virtual loop runs there.
final class TestLog<Value>: @unchecked Sendable {
    private(set) var values: [Value] = []
    func append(_ value: Value) { values.append(value) }
}
