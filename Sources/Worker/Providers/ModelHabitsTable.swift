import Synchronization

/// What is known about each model that sessions ask one provider for; may be used from any thread.
final class ModelHabitsTable: Sendable {
    private let spelling: RequestSpelling
    private let models = Mutex<[String: ModelHabits]>([:])

    /// - Parameter spelling: what the vendor's models have in common.
    init(_ spelling: RequestSpelling) { self.spelling = spelling }

    /// Those of the model named `model`; beyond the first models nothing is learned.
    subscript(model: String) -> ModelHabits {
        models.withLock { models in
            if let known = models[model] { return known }
            let habits = ModelHabits(model: model, spelling)
            if models.count < Self.mostModels { models[model] = habits }
            return habits
        }
    }

    /// Models to remember; clients may choose any name where the operator lets them.
    private static let mostModels = 64
}
