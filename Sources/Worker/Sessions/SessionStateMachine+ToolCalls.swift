import Core
import Pipeline
import RealtimeProtocol

// Tool calls of a response (protocol section 3.5). Calls are said one after another in the model's order and after the message;
// the first one streams when no message stands before it.
extension SessionStateMachine {
    mutating func toolCallStarted(_ index: Int, _ name: String, _ id: ResponseID) {
        guard let response = responses[id], !response.calls.contains(where: { $0.index == index }) else { return }
        let call = ActiveResponse.GeneratedCall(index: index, id: identifiers.next(CallID.self, length: 16), name: name)
        responses[id]?.calls.append(call)
        if response.calls.isEmpty, !response.isSpoken || response.generatedText.isEmpty { openCall(0, id) }
    }

    mutating func toolCallArguments(_ index: Int, _ delta: String, _ id: ResponseID) {
        guard let position = responses[id]?.calls.firstIndex(where: { $0.index == index && !$0.isClosed }) else { return }
        responses[id]?.calls[position].arguments += delta
        if responses[id]?.calls[position].isOpened == true { responses[id]?.output.append(.arguments(delta)) }
    }

    /// Says whatever the model wrote of its calls and was not said yet.
    mutating func flushCalls(_ id: ResponseID) {
        guard let calls = responses[id]?.calls else { return }
        for (position, call) in calls.enumerated() where !call.isClosed {
            if !call.isOpened {
                openCall(position, id)
                if !call.arguments.isEmpty { responses[id]?.output.append(.arguments(call.arguments)) }
            }
            if call.arguments.isEmpty { responses[id]?.output.append(.arguments("{}")) }
            responses[id]?.calls[position].isClosed = true
            responses[id]?.output.append(.closeCall(.completed))
        }
    }

    private mutating func openCall(_ position: Int, _ id: ResponseID) {
        guard let response = responses[id], position < response.calls.count else { return }
        if response.hasMessage, !response.isSpoken {
            responses[id]?.output.append(.closeMessage(.completed))
            responses[id]?.hasMessage = false
        }
        responses[id]?.calls[position].isOpened = true
        responses[id]?.output.append(.openCall(response.calls[position].id, name: response.calls[position].name))
    }
}
