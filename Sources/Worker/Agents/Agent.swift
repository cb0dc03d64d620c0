package import Pipeline

/// Decides how the model is asked for one answer: how often, and with which results of tools in between.
///
/// The seam for agents of one's own: register one in an `AgentRegistry`, and `DEFAULT_AGENT_TYPE` or a session selects it by
/// its name. Shared by all sessions; `run` is called by a session's response on the session's event loop and must not block it.
package protocol Agent: Sendable {
    /// Makes one answer.
    ///
    /// Cancelling the task ends it at once, requests to the model and to tools included.
    /// - Parameters:
    ///   - task: what to answer, and with what.
    ///   - onEvent: called in order for each thing that happens, on the caller's executor.
    /// - Returns: how the answer ended and what all requests together cost.
    /// - Throws: why there is no whole answer; what came before stays valid.
    func run(
        _ task: AgentTask, onEvent: (AgentEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult
}

/// What happens while an agent makes an answer.
package enum AgentEvent: Sendable, Equatable {
    /// The model wrote text, or called one of the client's tools, which ends the answer.
    case model(LanguageModelEvent)
    /// The model has finished one of possibly several requests; nil: the provider counted nothing.
    case stepFinished(LanguageModelResult.TokenUsage?)
    /// One of the server's tools begins to run; it ends within `timeout`. All calls of one step start before the first ends.
    case serverToolStarted(LanguageModelRequest.ToolCall, timeout: Duration)
    /// It has answered, or failed; `output` is what the model is told.
    case serverToolFinished(callID: String, output: String)
    /// The model's provider failed before it wrote anything, and is asked once more.
    case modelRetried(ProviderError)
}
