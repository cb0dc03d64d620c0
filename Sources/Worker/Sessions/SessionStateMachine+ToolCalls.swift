import Core
import Pipeline
import RealtimeProtocol

// Tool calls of a response (protocol section 3.5). Calls are said one after another in the model's order and after the message;
// the first one streams when no message stands before it.
extension SessionStateMachine {
    mutating func toolCallStarted(_ index: Int, _ name: String, _ id: ResponseID) {
        guard responses[id]?.calls.contains(where: { $0.index == index }) == false,
            mayWrite(name.utf8.count + Self.callOverhead, id)
        else { return }
        let call = ActiveResponse.GeneratedCall(index: index, id: nextCallID(), name: name)
        responses[id]?.calls.append(call)
        guard let response = responses[id] else { return }
        if response.calls.count == 1, !response.isSpoken || response.textBytes == 0 { openCall(0, id) }
    }

    /// What a call costs beside its texts.
    private static let callOverhead = 256

    /// A new id for a tool call: `call_` and 16 characters, because clients assume at most 32.
    mutating func nextCallID() -> CallID { identifiers.next(CallID.self, length: 16) }

    mutating func toolCallArguments(_ index: Int, _ delta: String, _ id: ResponseID) {
        guard let position = responses[id]?.calls.lastIndex(where: { $0.index == index && !$0.isClosed }),
            mayWrite(delta.utf8.count, id)
        else { return }
        responses[id]?.calls[position].arguments += delta
        if responses[id]?.calls[position].isOpened == true { responses[id]?.output.append(.arguments(delta)) }
    }

    /// What the provider wants back is kept with the call before the item closes.
    mutating func toolCallExtra(_ index: Int, _ extra: String, _ id: ResponseID) {
        guard let position = responses[id]?.calls.firstIndex(where: { $0.index == index && !$0.isClosed }) else {
            return
        }
        responses[id]?.calls[position].extra = extra
    }

    /// Says whatever the model wrote of its calls and was not said yet.
    ///
    /// Arguments that were cut short are completed.
    /// - Returns: false when some call's arguments are no JSON object and cannot be made one; that call ends as incomplete.
    @discardableResult
    mutating func flushCalls(_ id: ResponseID) -> Bool {
        // Those before a closed one are closed.
        guard let calls = responses[id]?.calls, calls.last?.isClosed == false else { return true }
        var areValid = true
        for (position, call) in calls.enumerated() where !call.isClosed {
            if !call.isOpened {
                openCall(position, id)
                if !call.arguments.isEmpty { responses[id]?.output.append(.arguments(call.arguments)) }
            }
            let ending = ToolArguments.ending(of: call.arguments)
            if let ending, !ending.isEmpty { responses[id]?.output.append(.arguments(ending)) }
            areValid = areValid && ending != nil
            responses[id]?.calls[position].isClosed = true
            responses[id]?.output.append(.closeCall(ending == nil ? .incomplete : .completed))
        }
        return areValid
    }

    private mutating func openCall(_ position: Int, _ id: ResponseID) {
        guard let response = responses[id], position < response.calls.count else { return }
        // A spoken message is closed when all of it has been said, unless there is nothing in it but comfort.
        if response.hasMessage, !response.isSpoken || response.textBytes == 0 && response.playout.isComfort {
            responses[id]?.output.append(.closeMessage(.completed))
            responses[id]?.hasMessage = false
        }
        responses[id]?.calls[position].isOpened = true
        responses[id]?.output.append(.openCall(response.calls[position].id, name: response.calls[position].name))
    }
}
