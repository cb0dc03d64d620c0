import Budgets
import Core
import Pipeline

/// What the model says in one request, as far as the agent itself needs it.
struct AgentStep {
    /// A call that the model makes of something that is not the client's.
    struct Call {
        let index: Int
        let name: String
        var arguments = ""
        /// What the provider wants back with it.
        var extra: String?
    }

    /// The tools whose calls go to the client.
    let clientTools: Set<String>
    /// The text of this step.
    private(set) var text = ""
    /// Calls that do not go to the client, in the model's order.
    private(set) var calls: [Call] = []
    /// Whether a call went to the client.
    private(set) var callsClient = false
    private var clientIndexes: Set<Int> = []

    init(clientTools: Set<String>) { self.clientTools = clientTools }

    /// Notes one piece; nil when it is of no concern to the client.
    mutating func take(_ event: LanguageModelEvent) -> LanguageModelEvent? {
        switch event {
        case .textDelta(let delta):
            text += delta
            return event
        case .toolCallStarted(let index, _, let name):
            guard clientTools.contains(name) else {
                guard calls.count < Self.callsLimit else { return nil }
                calls.append(Call(index: index, name: name))
                return nil
            }
            callsClient = true
            clientIndexes.insert(index)
            return event
        case .toolCallArgumentsDelta(let index, let delta):
            if clientIndexes.contains(index) { return event }
            guard let position = calls.lastIndex(where: { $0.index == index }) else { return nil }
            if calls[position].arguments.utf8.count < Self.argumentsLimit { calls[position].arguments += delta }
            return nil
        case .toolCallExtra(let index, let extra):
            if clientIndexes.contains(index) { return event }
            guard let position = calls.lastIndex(where: { $0.index == index }) else { return nil }
            calls[position].extra = extra
            return nil
        }
    }

    private static let callsLimit = SessionBudgets().callsPerStep
    /// Bytes of arguments that one call may have; a model that writes more has lost its way.
    private static let argumentsLimit = 256 * 1024
}
