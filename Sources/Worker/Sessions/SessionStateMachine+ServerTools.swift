import Agents
import Core
import Pipeline

// Tools that run here. The client sees nothing of them: a `function_call` would be one that it must answer. The conversation keeps
// calls and results beside its items, so that later prompts have them.
extension SessionStateMachine {
    mutating func serverToolStarted(_ call: LanguageModelRequest.ToolCall, _ timeout: Duration, _ id: ResponseID) {
        responses[id]?.tools.start(call, timeout: timeout, now: now)
        toolStarted(id)
    }

    mutating func serverToolFinished(_ callID: String, _ output: String, _ id: ResponseID) {
        toolFinished(id)
        guard let exchange = responses[id]?.tools.finish(callID, output, now: now) else { return }
        keep(exchange, id)
    }

    /// The response ends here: the model learns that its calls were aborted.
    mutating func abandonServerTools(_ id: ResponseID) {
        guard let exchange = responses[id]?.tools.abandon() else { return }
        keep(exchange, id)
    }

    /// One request to the model is over, and what it cost is known.
    mutating func stepFinished(_ usage: LanguageModelResult.TokenUsage?, _ id: ResponseID) {
        guard let response = responses[id] else { return }
        // Only the first request is the one whose size is known.
        if response.finishedSteps.isEmpty, let usage { estimator.learn(response.promptSize, tokens: usage.input) }
        responses[id]?.finishedSteps.append(usage)
    }

    private mutating func keep(_ exchange: ToolExchange, _ id: ResponseID) {
        guard let response = responses[id], response.inConversation else { return }
        conversation.add(exchange, before: response.firstItem)
    }
}
