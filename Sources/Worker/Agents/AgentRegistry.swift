/// The agents of a worker by their names, which are the values of `DEFAULT_AGENT_TYPE` and of a session's `agent.type`.
package struct AgentRegistry: Sendable {
    private var agents: [String: any Agent]

    /// The agents that come with the product.
    package static let builtIn: AgentRegistry = {
        var registry = AgentRegistry()
        registry.register(ToolLoopAgent(), as: "tool_loop")
        registry.register(SingleStepAgent(), as: "single_step")
        return registry
    }()

    /// A registry of nothing.
    package init() { agents = [:] }

    /// Adds an agent, in place of the one that had its name.
    package mutating func register(_ agent: any Agent, as name: String) { agents[name] = agent }

    /// The agent of this name.
    package subscript(name: String) -> (any Agent)? { agents[name] }

    /// All names, in alphabetical order.
    package var names: [String] { agents.keys.sorted() }
}
