import Core
import Pipeline
import RealtimeProtocol

// What leaves, and in which order (protocol sections 3.2, 3.3, 3.5, 3.6).
extension SessionStateMachine {
    /// Sends everything of the response that may leave now and sets the timer for the rest.
    mutating func drainOutput(_ id: ResponseID) {
        guard responses[id]?.isSpeculative == false else { return }
        repeat {
            while let step = responses[id]?.output.next(now: now, holdingAudio: isListenerBehind) { perform(step, id) }
        } while beginTyping(id)
        guard let response = responses[id] else { return }
        if response.isHeldBack, response.output.queuedAudio <= settings.speechAhead {
            responses[id]?.isHeldBack = false
            actions.append(.resumeSpeech(id))
        }
        if let wake = response.output.wake(now: now, holdingAudio: isListenerBehind) {
            actions.append(.setTimer(.output(id), at: wake))
        }
    }

    /// The client does not read fast enough: audio waits here, and speech synthesis with it, instead of piling up at the socket.
    mutating func listenerFellBehind() {
        guard !isListenerBehind else { return }
        isListenerBehind = true
        actions.append(.setTimer(.listenerBehind, at: now + settings.longestCongestion))
    }

    /// The client has read what waited: audio flows again.
    mutating func listenerCaughtUp() {
        guard isListenerBehind else { return }
        isListenerBehind = false
        actions.append(.cancelTimer(.listenerBehind))
        for id in responses.keys.sorted(by: { $0.rawValue < $1.rawValue }) { drainOutput(id) }
    }

    /// Ends the response here: what did not leave is dropped, what was open is closed as incomplete.
    mutating func cancel(_ id: ResponseID, _ reason: ResponseStatus.CancelReason) {
        guard responses[id] != nil else { return }
        actions.append(.cancelResponse(id))
        abandonServerTools(id)
        responses[id]?.output.clear()
        closeMessage(.incomplete, id)
        closeCall(.incomplete, id)
        finish(id, as: .cancelled(reason))
    }

    private mutating func perform(_ step: ResponseOutput.Step, _ id: ResponseID) {
        switch step {
        case .openMessage: announceMessage(id)
        case .text(let delta):
            guard let location = openLocation(id) else { return }
            responses[id]?.message?.said += delta
            noteText(id)
            send(.outputTextDelta(location, delta: delta))
        case .transcript(let delta):
            guard let location = openLocation(id) else { return }
            responses[id]?.message?.said += delta
            conversation.append(transcript: delta, to: location.itemID)
            send(.outputTranscriptDelta(location, delta: delta))
        case .audio(let bytes):
            guard let response = responses[id], let message = response.message else { return }
            responses[id]?.soundEnd = response.output.pacer.playoutEnd
            noteAudio(bytes.count, isAnswer: true, id)
            send(.outputAudioDelta(response.location(message), audio: audible(bytes, id)))
        case .phrase(let words): responses[id]?.message?.phrases += words
        case .phraseAudio(let bytes):
            guard let response = responses[id], let message = response.message else { return }
            let location = response.location(message)
            noteAudio(bytes.count, isAnswer: false, id)
            actions.append(.sendComfort(.outputAudioDelta(location, audio: audible(bytes, id))))
        case .typing(let bytes):
            guard let location = openLocation(id), let length = responses[id]?.output.duration(ofBytes: bytes.count)
            else { return }
            responses[id]?.playout.extendTyping(by: length)
            noteAudio(bytes.count, isAnswer: false, id)
            comfort.typingPosition = responses[id]?.output.typingPosition ?? 0
            actions.append(.sendComfort(.outputAudioDelta(location, audio: bytes[...])))
        case .closeMessage(let status): closeMessage(status, id)
        case .openCall(let callID, let name): openCall(callID, name, id)
        case .arguments(let delta):
            guard let (item, index, callID) = responses[id]?.call.map({ ($0.itemID, $0.outputIndex, $0.call.callID) })
            else { return }
            responses[id]?.call?.call.arguments += delta
            send(.functionArgumentsDelta(id, item, outputIndex: index, callID: callID, delta: delta))
        case .closeCall(let status): closeCall(status, id)
        case .finish(let status): finish(id, as: status)
        }
    }

    /// Where the part of the open message is; no copy of the response is left behind.
    private func openLocation(_ id: ResponseID) -> PartLocation? {
        responses[id].flatMap { response in response.message.map { response.location($0) } }
    }

    private mutating func announceMessage(_ id: ResponseID) {
        guard let response = responses[id], response.message == nil else { return }
        let message = ActiveResponse.Message(
            itemID: identifiers.next(), outputIndex: response.nextOutputIndex, ordinal: response.openedMessages,
            audioStart: response.output.pacer.sent)
        responses[id]?.message = message
        responses[id]?.openedMessages += 1
        announce(
            ConversationItem(id: message.itemID, status: .inProgress, content: .message(role: .assistant, parts: [])),
            id)
        send(
            .contentPartAdded(
                response.location(message), part: response.isSpoken ? .outputAudio(transcript: "") : .outputText("")))
    }

    /// An item of the response enters the output and, unless out of band, the conversation.
    private mutating func announce(_ item: ConversationItem, _ id: ResponseID) {
        guard let response = responses[id] else { return }
        responses[id]?.nextOutputIndex += 1
        if response.inConversation { makeRoom(forItem: 0) }
        if response.firstItem == nil { responses[id]?.firstItem = item.id }
        send(.outputItemAdded(id, outputIndex: response.nextOutputIndex, item: item))
        guard response.inConversation else { return }
        let previous = conversation.insert(item, at: .tail)
        send(.itemAdded(item, previous: previous))
    }

    private mutating func closeMessage(_ wanted: ItemStatus, _ id: ResponseID) {
        let isComfort = sayPhrases(id)
        guard let response = responses[id], let message = response.message else { return }
        let status = message.truncatedAt == nil ? wanted : .incomplete
        let location = response.location(message)
        let part: ContentPart
        if response.isSpoken {
            part = .outputAudio(transcript: message.said)
            send(.outputAudioDone(location))
            send(.outputTranscriptDone(location, transcript: message.said))
            rememberSpeech(of: message, isComfort, id)
        } else {
            part = .outputText(message.said)
            send(.outputTextDone(location, text: message.said))
        }
        send(.contentPartDone(location, part: part))
        responses[id]?.message = nil
        conclude(
            ConversationItem(id: message.itemID, status: status, content: .message(role: .assistant, parts: [part])),
            outputIndex: message.outputIndex, id)
        if response.isSpoken, status == .incomplete { cutToHeard(message, isComfort, response) }
    }

    private mutating func openCall(_ callID: CallID, _ name: String, _ id: ResponseID) {
        guard let response = responses[id] else { return }
        let call = ActiveResponse.Call(
            itemID: identifiers.next(), outputIndex: response.nextOutputIndex,
            call: FunctionCall(callID: callID, name: name, arguments: ""))
        responses[id]?.call = call
        announce(ConversationItem(id: call.itemID, status: .inProgress, content: .functionCall(call.call)), id)
    }

    private mutating func closeCall(_ status: ItemStatus, _ id: ResponseID) {
        guard var call = responses[id]?.call else { return }
        responses[id]?.call = nil
        call.call.extra = responses[id]?.calls.first { $0.id == call.call.callID }?.extra
        if status == .completed {
            send(.functionArgumentsDone(id, call.itemID, outputIndex: call.outputIndex, call: call.call))
        }
        conclude(
            ConversationItem(id: call.itemID, status: status, content: .functionCall(call.call)),
            outputIndex: call.outputIndex, id)
    }

    /// An item of the response is final.
    private mutating func conclude(_ item: ConversationItem, outputIndex: Int, _ id: ResponseID) {
        guard let response = responses[id] else { return }
        responses[id]?.object.output.append(item)
        if response.inConversation, conversation.contains(item.id) {
            updateItem(item.id, item.status, content: item.content)
            trimConversation(besides: item.id)
            send(.itemDone(item, previous: conversation.previous(of: item.id)))
        }
        send(.outputItemDone(id, outputIndex: outputIndex, item: item))
    }

    private mutating func finish(_ id: ResponseID, as status: ResponseStatus) {
        guard var object = responses[id]?.object, let response = responses[id] else { return }
        object.status = status
        object.usage = UsageCounter.usage(of: response, estimator: estimator)
        endComfort(id)
        let report = TurnReport(response, status)
        if response.behavior.reportsLatency { object.latency = report.latency }
        responses[id] = nil
        actions.append(.cancelTimer(.output(id)))
        actions.append(.cancelTimer(.responseDeadline(id)))
        send(.responseDone(object))
        actions.append(.report(report))
        guard response.inConversation else { return }
        activeResponse = nil
        answerEnded()
        considerSummary(after: response)
        answerOwedTurns()
        armIdleTimeout()
    }

    /// Keeps what a later truncation needs.
    private mutating func rememberSpeech(of message: ActiveResponse.Message, _ isComfort: Bool, _ id: ResponseID) {
        guard let response = responses[id], var entry = conversation[message.itemID] else { return }
        entry.playout = response.openPlayout
        entry.audioLength = message.truncatedAt ?? response.sent(message)
        entry.hasVoice = response.output.hasSpoken
        entry.isComfort = isComfort
        conversation[message.itemID] = entry
    }

    /// The history holds what was heard of a message that was cut short, not what was sent of it.
    private mutating func cutToHeard(
        _ message: ActiveResponse.Message, _ isComfort: Bool, _ response: ActiveResponse
    ) {
        guard let playout = response.openPlayout else { return }
        let heard = response.heard(message, at: now)
        let words = isComfort ? playout.phrases(heardUntil: heard) : playout.text(heardUntil: heard)
        updateItem(message.itemID, .incomplete, parts: [.outputAudio(transcript: words)])
    }

    private mutating func updateItem(_ id: ItemID, _ status: ItemStatus, parts: [ContentPart]) {
        updateItem(id, status, content: .message(role: .assistant, parts: parts))
    }

    private mutating func updateItem(_ id: ItemID, _ status: ItemStatus, content: ConversationItem.Content) {
        guard var entry = conversation[id] else { return }
        entry.item.status = status
        entry.item.content = content
        conversation[id] = entry
    }
}
