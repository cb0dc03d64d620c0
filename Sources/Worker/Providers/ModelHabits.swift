import Budgets
import Core
import Pipeline
import Synchronization

/// What all sessions of a worker know about one model: how it writes, and what its server takes; may be used from any thread.
///
/// Some thinking models write only the end of a thought, since their template has begun it: `… so it is 4.</think>It is 4.` Of
/// such a model nothing can be told by the first words. A model that is known to do so by name, or that has ended a thought once
/// that never began does so in every answer.
///
/// A spelling that a server has taken after it refused another one is kept.
final class ModelHabits: Sendable {
    private struct State {
        var isThinker: Bool
        var spelling: RequestSpelling
        var changes = RateBudget()
    }
    private let state: Mutex<State>

    /// What is known of a model by its name, and of its server by the vendor.
    init(model: String, _ spelling: RequestSpelling) {
        let name = model.lowercased()
        state = Mutex(State(isThinker: Self.thinkers.contains { name.contains($0) }, spelling: spelling))
    }

    /// Whether the text of an answer begins within a thought.
    var beginsInThought: Bool { state.withLock(\.isThinker) }

    /// How requests are spelled.
    var spelling: RequestSpelling { state.withLock(\.spelling) }

    /// Another spelling of a request that was refused with this body when it was spelled as `spelling`.
    ///
    /// It is nil where the refusal is about something else, where that one was `tried` already, or too many were.
    func spelling(
        after refusal: [UInt8], of request: LanguageModelRequest, spelled spelling: RequestSpelling, except tried: [RequestSpelling] = [],
        now: MonotonicInstant
    ) -> RequestSpelling? {
        guard let other = spelling.complaint(in: refusal, about: request).map(spelling.changing),
            !tried.contains(other)
        else { return nil }
        return state.withLock { $0.changes.take(of: WorkerBudgets().spellings, now: now) } ? other : nil
    }

    /// The server has taken a request that was spelled like this after it refused `refused`: what differs is kept.
    func note(_ spelling: RequestSpelling, after refused: RequestSpelling) {
        let changes = spelling.lasting.habits.symmetricDifference(refused.lasting.habits)
        guard !changes.isEmpty else { return }
        state.withLock { state in
            state.spelling.habits.subtract(changes)
            state.spelling.habits.formUnion(changes.intersection(spelling.habits))
        }
    }

    /// Learns from an answer.
    func note(_ completion: OpenAICompatibleCompletion) {
        if completion.beginsInThought { state.withLock { $0.isThinker = true } }
    }

    private static let thinkers = ["deepseek-r1", "deepseek-reasoner", "qwq", "-thinking", "r1-distill", "qwen3-think"]
}
