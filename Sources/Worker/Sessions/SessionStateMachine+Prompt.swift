import Core
import Pipeline
import RealtimeProtocol

/// Why a response cannot even be asked of the model.
struct ResponseRefusal: Error {
    let status: ResponseStatus
}

// What the model sees (protocol sections 2.10 and 4.1, `truncation`).
extension SessionStateMachine {
    /// The response's snapshot.
    ///
    /// Turns that do not fit into the model's context leave its view, but stay items of the conversation.
    mutating func plan(for response: ActiveResponse) throws(ResponseRefusal) -> ResponsePlan {
        var prompt = PromptBuilder(configuration: configuration, request: response.request, template: template)
        let items = contextItems(of: response.request)
        let usesConversation = response.request.input == nil
        if usesConversation, let summary = conversation.summary { prompt.add(summary: summary) }
        prompt.add(items, usesConversation ? conversation.exchangesInView : ToolExchanges())
        switch contextWindow.fit(
            prompt.request, instructions: prompt.instructions, summaries: prompt.summaries)
        {
        case .everything: break
        case .tooLong(let tokens):
            throw ResponseRefusal(
                status: .failed(
                    type: "invalid_request_error", code: "context_length_exceeded",
                    message: "The conversation has about \(tokens) tokens of input, more than the "
                        + "\(settings.contextTokens) that the model can read, and truncation is disabled."))
        case .from(let message):
            if response.request.inConversation, response.request.input == nil {
                conversation.hide(items[..<prompt.origins[message]].map(\.id), as: .cut)
            }
            prompt.keepMessages(from: message)
        }
        return ResponsePlan(
            model: prompt.request, modality: response.object.outputModality, voice: response.object.voice,
            speed: response.speed, outputFormat: response.object.outputFormat,
            language: configuration.input.transcription?.language, agent: configuration.behavior.agent,
            verbatim: response.verbatim)
    }

    /// What of a prompt the model gets.
    var contextWindow: ContextWindow {
        let summary = configuration.behavior.summary
        return ContextWindow(
            limit: settings.contextTokens, truncation: configuration.truncation, estimator: estimator,
            budget: summary.isEnabled ? summary.budget : nil)
    }

    /// What the model may see, oldest first.
    func contextItems(of request: ResponseRequest) -> [ConversationItem] {
        guard let input = request.input else { return conversation.itemsInView }
        return input.compactMap { entry in
            switch entry {
            case .item(let item): item
            case .reference(let id): conversation[id]?.item
            }
        }
    }
}
