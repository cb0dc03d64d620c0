import Core
package import Pipeline

/// The plain tool loop: asks the model, runs the server's tools that it calls, and asks again with their results until it answers
/// or calls a tool of the client.
///
/// DESIGN. A step is one request to the model. Calls of the client's tools go out as they are written and end the answer, because
/// the client brings the results with a new response; calls of the server's tools in the same step still run, so that their results
/// are there by then. A call that cannot be run (no such tool, arguments that are no JSON or not what the schema wants) is answered
/// with an error for the model, which may correct itself. In the last step the model may not call anything. What the model
/// says in several steps is one text.
package struct ToolLoopAgent: Agent {
    /// The agent; it has no state.
    package init() {}

    /// Makes one answer.
    package func run(
        _ task: AgentTask, onEvent: (AgentEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        let loop = ToolLoop(task)
        var request = loop.firstRequest
        var seam = TextSeam()
        var usage: LanguageModelResult.TokenUsage? = .init(input: 0, output: 0)
        var callCount = 0
        var refusals = 0
        for step in 1... {
            let isLast = step >= task.limits.steps || refusals > task.limits.toolRetries
            if isLast, step > 1 { request.toolChoice = .none }
            var said = AgentStep(clientTools: loop.clientTools)
            seam.beginStep()
            var result = try await ModelRequest(task, request, mayBeEmpty: !seam.isEmpty).send {
                event throws(ProviderError) in
                guard case .model(let piece) = event else { return try onEvent(event) }
                if let piece = said.take(piece) { try onEvent(.model(seam.joined(piece))) }
            }
            try onEvent(.stepFinished(result.usage))
            usage = usage.flatMap { sum in result.usage.map { sum + $0 } }
            result.usage = usage
            // Arguments that ended because there was no room for more are not what the model meant to do.
            guard !said.calls.isEmpty, result.finishReason != .length, result.finishReason != .contentFilter else {
                return result
            }
            if isLast {
                guard seam.isEmpty, !said.callsClient else { return result }
                throw ProviderError(
                    .languageModel, provider: task.model.name, .malformedResponse,
                    "The model called tools \(step) times and did not answer.")
            }
            let calls = said.calls.map { call in
                callCount += 1
                return loop.prepare(call, id: "\(task.callIDPrefix)\(callCount)")
            }
            if calls.contains(where: \.isRefused) { refusals += 1 }
            let answered = try await ToolCalls(calls).run(onEvent)
            if said.callsClient {
                result.finishReason = .toolCalls
                return result
            }
            request.messages.append(
                .assistant(text: said.text.isEmpty ? nil : said.text, toolCalls: answered.map(\.call)))
            request.messages += answered.map { .tool(callID: $0.call.id, output: $0.output) }
            // A call that was demanded has been made; demanded again it would be made for ever.
            if request.toolChoice != .none { request.toolChoice = .auto }
        }
        // `1...` has no end.
        preconditionFailure("the tool loop ends in its last step")
    }
}

extension LanguageModelResult.TokenUsage {
    static func + (a: Self, b: Self) -> Self {
        Self(input: a.input + b.input, cachedInput: a.cachedInput + b.cachedInput, output: a.output + b.output)
    }
}
