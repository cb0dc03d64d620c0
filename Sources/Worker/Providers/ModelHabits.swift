import Synchronization

/// What all sessions of a worker know about how one model writes; may be used from any thread.
///
/// DESIGN: the template of some thinking models begins the thought, so that their text only holds its end, and until then looks like
/// an answer. Models known for it by name are waited for from the first answer on, others from the second: whoever ends a thought
/// that never began does so in every answer.
final class ModelHabits: Sendable {
    private let isThinker: Mutex<Bool>

    /// What is known of a model by its name.
    init(model: String) {
        let name = model.lowercased()
        isThinker = Mutex(Self.thinkers.contains { name.contains($0) })
    }

    /// Whether the text of an answer begins within a thought.
    var beginsInThought: Bool { isThinker.withLock(\.self) }

    /// Learns from an answer.
    func note(_ completion: OpenAICompatibleCompletion) {
        if completion.beginsInThought { isThinker.withLock { $0 = true } }
    }

    private static let thinkers = ["deepseek-r1", "deepseek-reasoner", "qwq", "-thinking", "r1-distill", "qwen3-think"]
}
