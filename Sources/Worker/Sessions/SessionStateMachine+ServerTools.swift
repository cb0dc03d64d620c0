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
        if !keep(exchange, id) { failForMemory(id, .conversation) }
    }

    /// The response ends here: the model learns that its calls were aborted.
    mutating func abandonServerTools(_ id: ResponseID) {
        guard let exchange = responses[id]?.tools.abandon() else { return }
        _ = keep(exchange, id)
    }

    /// One request to the model is over, and what it cost is known.
    mutating func stepFinished(_ usage: LanguageModelResult.TokenUsage?, _ id: ResponseID) {
        guard let response = responses[id] else { return }
        // Only the first request is the one whose size is known.
        if response.finishedSteps.isEmpty, let usage { estimator.learn(response.promptSize, tokens: usage.input) }
        responses[id]?.finishedSteps.append(usage)
    }

    /// Keeps it for the model; false when there is no room.
    private mutating func keep(_ exchange: ToolExchange, _ id: ResponseID) -> Bool {
        guard let response = responses[id] else { return true }
        if response.inConversation {
            conversation.add(exchange, before: response.firstItem)
        } else {
            // The agent holds it while it goes on.
            responses[id]?.writtenBytes += exchange.bytes
        }
        if trimConversation(besides: response.firstItem, all: response.inConversation) { return true }
        if response.inConversation { conversation.dropNewestExchange(before: response.firstItem) }
        return false
    }
}
