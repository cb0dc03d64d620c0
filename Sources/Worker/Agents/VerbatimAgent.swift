package import Pipeline

/// Says a given text; nobody is asked.
package struct VerbatimAgent: Agent {
    private let text: String

    /// An agent that says `text`.
    package init(_ text: String) { self.text = text }

    /// Makes one answer.
    package func run(
        _ task: AgentTask, onEvent: (AgentEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        let cost = LanguageModelResult.TokenUsage(input: 0, output: 0)
        try onEvent(.model(.textDelta(text)))
        try onEvent(.stepFinished(cost))
        return LanguageModelResult(finishReason: .stop, usage: cost)
    }
}
