import Budgets
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
    ///
    /// `unsaid` is an item that is not in the conversation yet; for its sake nothing of the conversation changes.
    mutating func plan(
        for response: ActiveResponse, before unsaid: ConversationItem? = nil
    ) throws(ResponseRefusal) -> ResponsePlan {
        var prompt = PromptBuilder(
            configuration: response.configuration, request: response.request,
            template: template(of: response.configuration))
        var entries = contextEntries(of: response.request)
        let usesConversation = response.request.input == nil
        var exchanges = usesConversation ? conversation.trailingExchanges : []
        if let unsaid {
            var entry = Conversation.Entry(item: unsaid)
            swap(&entry.exchanges, &exchanges)
            entries.append(entry)
        }
        if usesConversation, let summary = conversation.summary { prompt.add(summary: summary) }
        prompt.add(entries, last: exchanges)
        let fixed = fixedSize(of: prompt, tools: response.toolsSize)
        let fit = contextWindow(of: response.configuration).fit(
            prompt.parts.map { ContextWindow.Part(size: $0.size, beginsTurn: $0.beginsTurn) }, beside: fixed,
            summaries: prompt.summaries)
        if case .tooLong(let tokens) = fit {
            throw ResponseRefusal(
                status: .failed(
                    type: "invalid_request_error", code: "context_length_exceeded",
                    message: "The conversation has about \(tokens) tokens of input, more than the "
                        + "\(settings.contextTokens) that the model can read, and truncation is disabled."))
        }
        if response.request.inConversation, usesConversation, unsaid == nil {
            hide(entries, prompt.parts, fit)
        }
        return ResponsePlan(
            model: prompt.finished(fit), modality: response.object.outputModality, voice: response.object.voice,
            speed: response.speed, outputFormat: response.object.outputFormat,
            language: response.language, agent: response.behavior.agent,
            verbatim: response.verbatim)
    }

    /// What did not fit leaves the model's view.
    private mutating func hide(_ entries: [Conversation.Entry], _ parts: [PromptPart], _ fit: ContextWindow.Fit) {
        switch fit {
        case .everything, .tooLong: return
        case .from(let part):
            conversation.hide(entries[..<parts[part].entry].lazy.map(\.item.id), as: .cut, keeping: awaitsSummary)
            hide(parts[..<part], entries)
        case .newestTurn(let opening, let part):
            conversation.hide(entries[..<parts[opening].entry].lazy.map(\.item.id), as: .cut, keeping: awaitsSummary)
            hide(parts[(opening + 1)..<part], entries)
        }
    }

    /// Whether what was cut is still to be summarised.
    private var awaitsSummary: Bool { configuration.behavior.summary.isEnabled && capabilities.canSummarize }

    private mutating func hide(_ parts: ArraySlice<PromptPart>, _ entries: [Conversation.Entry]) {
        for part in parts {
            if case .call = part.content, part.result == nil { continue }
            conversation.hide(
                [part.entry, part.result].compactMap { $0 }.map { entries[$0].item.id }, as: .cut,
                keeping: awaitsSummary)
        }
    }

    /// The size of the instructions and the tools of `prompt`, which never go; `tools` where theirs was measured before.
    func fixedSize(of prompt: PromptBuilder, tools: PromptSize?) -> PromptSize {
        var size = prompt.instructions
        size += tools ?? PromptSize(of: prompt.request.tools)
        return size
    }

    /// The size of the whole prompt of `plan`; nothing is measured that was measured before.
    func size(of plan: ResponsePlan, tools: PromptSize?) -> PromptSize {
        var size = tools ?? PromptSize(of: plan.model.tools)
        for message in plan.model.messages { size += PromptSize(of: message) }
        return size
    }

    /// What of a prompt the model gets.
    func contextWindow(of configuration: SessionConfiguration) -> ContextWindow {
        let summary = configuration.behavior.summary
        return ContextWindow(
            limit: settings.contextTokens, truncation: configuration.truncation, estimator: estimator,
            budget: summary.isEnabled ? summary.budget : nil, bytes: settings.budgets.promptBytes)
    }

    /// What the model may see, oldest first.
    func contextEntries(of request: ResponseRequest) -> [Conversation.Entry] {
        guard let input = request.input else { return conversation.entriesInView }
        return input.compactMap { entry in
            switch entry {
            case .item(let item): return Conversation.Entry(item: item)
            case .reference(let id):
                var entry = conversation[id]
                entry?.exchanges = []
                return entry
            }
        }
    }

    /// Items without a transcript that the answer to `request` needs.
    func untranscribedItems(of request: ResponseRequest) -> Set<ItemID> {
        guard let input = request.input else {
            return Set(
                transcriptions.keys.filter {
                    conversation[$0].map { $0.visibility == .shown && !$0.isComfort } ?? false
                })
        }
        return Set(
            input.map { entry in
                switch entry {
                case .item(let item): item.id
                case .reference(let id): id
                }
            }
        ).intersection(transcriptions.keys)
    }
}
