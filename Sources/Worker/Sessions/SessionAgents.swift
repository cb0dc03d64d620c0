package import Agents
package import Core
import Pipeline
import RealtimeProtocol

/// Who answers in a session, and who runs the server's tools for it.
package struct SessionAgents: Sendable {
    /// The agents by name.
    package let registry: AgentRegistry
    /// Who runs the server's tools; nil: nobody does, and sessions have none.
    package let caller: (any ServerToolCaller)?
    /// Whose session it is; nil: nobody's, and it has no tools of the server.
    package let tenant: TenantID?
    /// Whether the session's client is the tenant itself, who may say which tools run here.
    package let definesServerTools: Bool

    /// Agents with these parts.
    package init(
        registry: AgentRegistry = .builtIn, caller: (any ServerToolCaller)? = nil, tenant: TenantID? = nil,
        definesServerTools: Bool = false
    ) {
        self.registry = registry
        self.caller = caller
        self.tenant = tenant
        self.definesServerTools = definesServerTools
    }

    /// The agent that makes the answer of `plan`.
    func agent(for plan: ResponsePlan) -> any Agent {
        if let text = plan.verbatim { return VerbatimAgent(text) }
        return registry[plan.agent.type] ?? ToolLoopAgent()
    }

    /// The tools of `plan` that run here.
    func tools(of plan: ResponsePlan, session: SessionID) -> [ServerTool] {
        guard let caller, let tenant else { return [] }
        let owner = ServerToolOwner(session: session, tenant: tenant)
        return plan.agent.serverTools.map { tool in
            ServerTool(.init(tool), timeout: tool.timeout) { call in
                await caller.answer(call, of: tool, for: owner)
            }
        }
    }
}

extension LanguageModelRequest.Tool {
    /// What the model is told about a tool of the server.
    init(_ tool: ServerToolDefinition) {
        self.init(name: tool.name, description: tool.description, parameters: tool.parameters)
    }
}

extension AgentLimits {
    /// What the session allows.
    init(_ settings: AgentSettings) {
        self.init()
        steps = settings.maximumSteps
        streamRetries = settings.streamRetries
        toolRetries = settings.toolRetries
    }
}
