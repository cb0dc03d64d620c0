import Core
import Pipeline
import RealtimeProtocol

// Responses from `response.create` to the model's last word (protocol sections 2.10, 2.11, 3.5, 3.6, 3.8, 3.11).
extension SessionStateMachine {
    mutating func createResponse(_ request: ResponseRequest) throws(ProtocolError) {
        guard configuration.kind == .realtime else {
            throw ProtocolError(.invalidEvent, "A transcription session creates no responses.", parameter: "type")
        }
        if request.inConversation, let active = activeResponse {
            throw ProtocolError(
                .activeResponse,
                "Conversation already has an active response in progress: \(active). "
                    + "Wait until the response is finished before creating a new one.")
        }
        if let voice = request.voice, request.inConversation, voice != configuration.output.voice,
            hasAssistantAudio
        {
            throw ProtocolError(
                .cannotUpdateVoice, "Cannot update a conversation's voice if assistant audio is present.",
                parameter: "response.audio.output.voice")
        }
        try checkRoomForResponse()
        if let bound = makeRoom(forRequest: request.bytes) { throw refusal(bound, parameter: "response.input") }
        try checkTools(request.tools)
        for (index, input) in (request.input ?? []).enumerated() {
            switch input {
            case .item(let item):
                try checkImages(of: item, path: "response.input[\(index)]")
                try checkAudio(of: item, path: "response.input[\(index)]")
            case .reference(let id):
                guard !conversation.contains(id) else { continue }
                throw ProtocolError(
                    .invalidValue, "Item with id '\(id)' not found in the conversation.",
                    parameter: "response.input[\(index)].id")
            }
        }
        startResponse(request)
    }

    /// Refuses audio that nobody would hear: an item of one response only is not transcribed.
    private func checkAudio(of item: ConversationItem, path: String) throws(ProtocolError) {
        guard case .message(_, let parts) = item.content else { return }
        for (index, part) in parts.enumerated() {
            guard case .inputAudio(_, nil) = part else { continue }
            throw ProtocolError(
                .invalidValue,
                "Audio without a transcript is not transcribed here. Create the item in the conversation and refer to it.",
                parameter: "\(path).content[\(index)].audio")
        }
    }

    /// Begins a response.
    ///
    /// `turn` is the turn that it answers without the client having asked; `text` is said word for word, and no model is asked.
    mutating func startResponse(_ request: ResponseRequest, answering turn: ItemID? = nil, saying text: String? = nil) {
        let isRefused = !hasRoomForResponse
        let id = makeResponse(request, answering: turn, saying: text)
        announceResponse(id)
        if isRefused { return refuse(id) }
        if responses[id]?.waitingFor.isEmpty == true { beginGeneration(id) }
    }

    /// The client learns of the response.
    mutating func announceResponse(_ id: ResponseID) {
        guard let response = responses[id] else { return }
        if response.inConversation {
            activeResponse = id
            responses[id]?.owedTurns = owedTurns
            owedTurns = []
            actions.append(.cancelTimer(.idleTimeout))
        }
        send(.responseCreated(response.object))
        armComfort(id)
    }

    /// A response with what is configured now, which nobody knows of yet.
    mutating func makeResponse(
        _ request: ResponseRequest, answering turn: ItemID?, saying text: String? = nil
    ) -> ResponseID {
        let id: ResponseID = identifiers.next()
        let object = ResponseObject(
            id: id, status: .inProgress, conversationID: request.inConversation ? conversationID : nil,
            outputModality: request.outputModality ?? configuration.outputModality,
            maxOutputTokens: request.maxOutputTokens ?? configuration.maxOutputTokens,
            voice: request.voice ?? configuration.output.voice,
            outputFormat: request.outputFormat ?? configuration.output.format,
            temperature: request.temperature ?? configuration.temperature ?? ProtocolLimits.shownTemperature,
            metadata: request.metadata)
        var response = ActiveResponse(
            request: request, configuration: configuration, object: object,
            output: ResponseOutput(
                format: object.outputFormat, frame: settings.frame, leads: configuration.behavior.output),
            timeline: timeline(answering: turn))
        response.toolsSize = request.tools == nil ? toolsSize : nil
        response.answeredTurn = turn
        response.verbatim = text
        response.waitingFor = untranscribedItems(of: request)
        responses[id] = response
        return id
    }

    mutating func cancelResponse(_ wanted: ResponseID?) throws(ProtocolError) {
        // Who says "stop" wants no other answer to what was said meanwhile.
        if wanted == nil || wanted == activeResponse { owedTurns = [] }
        guard let id = wanted ?? activeResponse, responses[id]?.isSpeculative == false else {
            throw ProtocolError(.cancelNotActive, "Cancellation failed: no active response found")
        }
        cancel(id, .clientCancelled)
    }

    /// Everything the answer needs is known: the model may start, unless the turn to answer holds no words.
    mutating func beginGeneration(_ id: ResponseID) {
        guard let response = responses[id], !response.isStarted else { return }
        responses[id]?.isStarted = true
        responses[id]?.silentSince = now
        acknowledge(id)
        if let turn = response.answeredTurn, isWordless(turn), !response.owedTurns.contains(where: { hasWords($0) }) {
            responses[id]?.isFinishing = true
            responses[id]?.output.append(.closeMessage(.completed))
            responses[id]?.output.append(.finish(.completed))
            drainOutput(id)
            return
        }
        do throws(ResponseRefusal) {
            let plan = try plan(for: response)
            let size = size(of: plan, tools: response.toolsSize)
            if let bound = makeRoom(forWork: size.bytes + size.imageBytes) { return failForMemory(id, bound) }
            responses[id]?.promptSize = size
            noteModelStart(id)
            actions.append(.startResponse(id, plan))
            armDeadline(id)
        } catch {
            failResponse(id, as: error.status)
        }
    }

    mutating func handleResponse(_ id: ResponseID, _ input: ResponseInput) {
        // No copy of the response may live while it grows: what it holds would be copied with each piece.
        guard responses[id]?.isFinishing == false else { return }
        guard responses[id]?.failure == nil else {
            switch input {
            case .apologyAudio(let bytes): apologyAudio(bytes, id)
            case .apologyEnded: apologyEnded(id)
            default: break
            }
            return
        }
        note(input, id)
        switch input {
        case .textDelta(let text): modelWrote(text, id)
        case .toolCallStarted(let index, let name): toolCallStarted(index, name, id)
        case .toolCallArgumentsDelta(let index, let delta): toolCallArguments(index, delta, id)
        case .toolCallExtra(let index, let extra): toolCallExtra(index, extra, id)
        case .modelFinished(let result): modelFinished(result, id)
        case .speechPiece(let text):
            openMessage(id)
            responses[id]?.output.append(.transcript(text))
            responses[id]?.playout.beginPiece(text)
            responses[id]?.comfort.isWithinPiece = true
        case .speechPieceEnded:
            responses[id]?.playout.completePiece()
            responses[id]?.comfort.isWithinPiece = false
        case .speechWords(let words): responses[id]?.playout.align(words)
        case .speechAudio(let bytes): speechAudio(bytes, id)
        case .speechFinished:
            responses[id]?.speechFinished = true
            if responses[id]?.modelResult != nil { finish(id) }
        case .failed(let error): failResponse(id, error)
        case .speechRequested, .apologyAudio, .apologyEnded: break
        case .serverToolStarted(let call, let timeout): serverToolStarted(call, timeout, id)
        case .serverToolFinished(let callID, let output): serverToolFinished(callID, output, id)
        case .stepFinished(let usage): stepFinished(usage, id)
        }
        guard responses[id]?.failure == nil, responses[id] != nil else { return }
        armDeadline(id)
        drainOutput(id)
    }

    /// Whether so much speech of this response waits to be heard that synthesis shall wait.
    func isHeldBack(_ id: ResponseID) -> Bool { responses[id]?.isHeldBack ?? false }

    /// Whether the model ended this response with calls of tools, which go out whether or not its words were heard.
    func callsTools(_ id: ResponseID) -> Bool { responses[id]?.modelResult?.finishReason == .toolCalls }

    /// The model is done: what is left to say follows what is queued.
    mutating func finish(_ id: ResponseID) {
        guard let response = responses[id], !response.isFinishing, let result = response.modelResult else { return }
        var status: ResponseStatus =
            switch result.finishReason {
            case .stop, .toolCalls: .completed
            case .length: .incomplete(.maxOutputTokens)
            case .contentFilter: .incomplete(.contentFilter)
            }
        if response.hasMessage {
            responses[id]?.output.append(.closeMessage(status == .completed ? .completed : .incomplete))
        }
        if !flushCalls(id), status == .completed {
            status = .failed(
                type: "server_error", code: ErrorCategory.malformedResponse.rawValue,
                message: "The model called a tool with arguments that are not a JSON object.")
        }
        responses[id]?.isFinishing = true
        responses[id]?.output.append(.finish(status))
    }

    private mutating func modelFinished(_ result: LanguageModelResult, _ id: ResponseID) {
        guard let response = responses[id] else { return }
        responses[id]?.modelResult = result
        if response.finishedSteps.isEmpty, let usage = result.usage {
            estimator.learn(response.promptSize, tokens: usage.input)
        }
        if !response.isSpoken || response.output.isMuted { finish(id) }
        considerSummary(after: response)
    }

    private mutating func modelWrote(_ text: String, _ id: ResponseID) {
        guard mayWrite(text.utf8.count, id) else { return }
        responses[id]?.textBytes += text.utf8.count
        guard responses[id]?.isSpoken == false else { return }
        flushCalls(id)
        openMessage(id)
        responses[id]?.output.append(.text(text))
    }

    /// The message whose part takes what is said next.
    mutating func openMessage(_ id: ResponseID) {
        guard responses[id]?.hasMessage == false else { return }
        responses[id]?.planMessage()
    }

    private mutating func speechAudio(_ bytes: [UInt8], _ id: ResponseID) {
        guard let length = responses[id]?.output.duration(ofBytes: bytes.count) else { return }
        let isFull = responses[id].map { $0.output.queuedAudio + length > settings.speechAhead } ?? false
        responses[id]?.comfort.hasAnswerAudio = true
        responses[id]?.output.append(.audio(bytes[...]))
        responses[id]?.playout.extend(by: length)
        responses[id]?.isHeldBack = isFull
    }
}

extension ProviderError {
    /// `error.type` of a failed response.
    var clientType: String {
        switch category {
        case .invalidRequest: "invalid_request_error"
        case .rateLimited: "rate_limit_error"
        case .quotaExceeded: "insufficient_quota"
        case .budgetExceeded: "rate_limit_error"
        default: "server_error"
        }
    }
}
