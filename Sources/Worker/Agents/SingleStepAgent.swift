package import Pipeline

/// Asks the model once, without tools of the server.
///
/// For models that cannot use them, and for the shortest wait.
package struct SingleStepAgent: Agent {
    /// The agent; it has no state.
    package init() {}

    /// Makes one answer.
    package func run(
        _ task: AgentTask, onEvent: (AgentEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        var task = task
        task.limits.steps = 1
        return try await ToolLoopAgent().run(task, onEvent: onEvent)
    }
}
