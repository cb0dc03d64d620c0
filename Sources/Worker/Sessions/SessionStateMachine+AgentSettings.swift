import Core
import RealtimeProtocol

// What a client may say about agents, models and tools.
extension SessionStateMachine {
    /// Refuses an update that names tools of the server without being allowed to, or an agent or a model that does not exist.
    func checkBehavior(_ update: SessionUpdate) throws(ProtocolError) {
        if update.behavior?.namesServerTools == true, !capabilities.definesServerTools {
            throw ProtocolError(
                .invalidValue,
                "Tools of the server can be set by a connection with an API key, or when a client secret is made, "
                    + "but not with a client secret.", parameter: "session.antiphon.agent.server_tools")
        }
        let next = update.applied(to: configuration, startedWith: initialBehavior)
        try next.behavior.check(atMost: initialBehavior, path: "session.antiphon")
        guard capabilities.agentTypes?.contains(next.behavior.agent.type) ?? true else {
            throw ProtocolError(
                .invalidValue,
                "Invalid value: '\(next.behavior.agent.type.prefix(64))'. Supported values are: "
                    + (capabilities.agentTypes ?? []).sorted().map { "'\($0)'" }.joined(separator: ", ") + ".",
                parameter: "session.antiphon.agent.type")
        }
        if next.behavior.summary.model != configuration.behavior.summary.model {
            try settings.summaryModels.check(next.behavior, path: "session.antiphon")
        }
        if let error = next.toolNameConflict { throw error }
    }

    /// Refuses tools of a response that have the name of a tool of the server.
    func checkTools(_ tools: [ToolDefinition]?) throws(ProtocolError) {
        guard let tools else { return }
        var next = configuration
        next.tools = tools
        if var error = next.toolNameConflict {
            error.parameter = "response.tools"
            throw error
        }
    }
}
