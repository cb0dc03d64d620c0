import Core
import Pipeline
import RealtimeProtocol

// Work that begins at a short pause, before the turn is certainly over: an answer (`turn_taking.speculate`), and the transcript where
// there is none yet.
//
// Where speech-to-text gives partial results, the model begins with the newest one, and its answer is taken if the final transcript
// says the same. Otherwise the audio up to the pause is transcribed, also where only `semantic_vad` needs the words, and that is the
// turn's transcript if nothing more is said, so that nothing is transcribed twice in a turn without pauses. The response is made like any other, but nobody knows of it and
// nothing of it leaves until it is adopted; its id is new in each revision, so that what comes late of a discarded one is ignored.
extension SessionStateMachine {
    /// Begins an answer to what was said up to the pause, or its transcript, if there is reason to and none is begun for the same
    /// words.
    mutating func speculate() {
        guard let turn, let pause = turn.pause, pause.allowsSpeculation, pause.interruption == nil else { return }
        let heard = observation(of: turn)
        if capabilities.givesPartials, let begun = speculation?.text {
            if Self.areSame(begun, heard.text) { return }
            discardSpeculation(.changed)
        }
        guard hasRoomForResponse, hasRoomForTranscription(of: .zero) else { return }
        guard speculation == nil, speculations.discardedCount < configuration.behavior.turnTaking.speculationBudget
        else { return }
        if capabilities.givesPartials {
            considerAnswer(to: heard, turn)
        } else if wordsEndTurns || mayAnswerEarly(turn) {
            let id: ResponseID = identifiers.next()
            speculation = Speculation(id: id, item: turn.itemID)
            speculations.begun += 1
            actions.append(.transcribeSnapshot(id, turn.itemID, transcriptionOptions))
        }
    }

    /// The audio up to the pause is transcribed: this is what the answer can begin with.
    mutating func snapshotTranscribed(_ id: ResponseID, _ result: Result<Transcript, ProviderError>) {
        guard phase == .open else { return }
        if let item = transcriptions.first(where: { $0.value.snapshot == id })?.key {
            switch result {
            case .success(let transcript): transcriptFinal(item, transcript)
            case .failure(let error): transcriptFailed(item, error)
            }
        } else if let speculation, speculation.id == id, let turn {
            guard case .success(let transcript) = result else { return discardSpeculation(.failed) }
            self.speculation?.transcript = transcript
            considerAnswer(to: observation(of: turn), turn)
            judgePause()
        }
    }

    /// The turn is over: its transcript is the one that is there, or comes from the audio up to the pause, or from all of it.
    mutating func concludeTranscription(of turn: Turn) {
        if turn.pause?.interruption != nil { discardSpeculation(.resumed) }
        guard let speculation, !capabilities.givesPartials else {
            self.speculation?.isCommitted = true
            actions.append(.endTranscription(turn.itemID))
            return
        }
        if let transcript = speculation.transcript {
            transcriptions[turn.itemID]?.early = .success(transcript)
        } else {
            transcriptions[turn.itemID]?.snapshot = speculation.id
        }
        actions.append(.cancelTranscription(turn.itemID))
        if speculation.text == nil {
            // Only the transcription is early; the model begins as always.
            self.speculation = nil
            speculations.isAdopted = true
        } else {
            self.speculation?.isCommitted = true
        }
    }

    /// Whether nobody knows of this response yet.
    func isSpeculative(_ id: ResponseID) -> Bool { responses[id]?.isSpeculative ?? false }

    /// Whether the turn that just ended has its answer: adopted, or waiting for the transcript alone.
    func isAnswered(_ turn: ItemID) -> Bool {
        if let active = activeResponse, responses[active]?.answeredTurn == turn { return true }
        return speculation?.item == turn
    }

    /// The turn's transcript is there (nil: there will be none): the answer is adopted if it is based on the same words, or made anew.
    mutating func resolveSpeculation(_ item: ItemID, _ text: String?) {
        guard let speculation, speculation.isCommitted, speculation.item == item, let begun = speculation.text else {
            return
        }
        guard let text, Self.areSame(begun, text), let response = responses[speculation.id] else {
            return answerWithoutSpeculation(.changed)
        }
        self.speculation = nil
        speculations.isAdopted = true
        responses[response.id]?.isSpeculative = false
        responses[response.id]?.silentSince = now
        noteAdoption(response.id)
        announceResponse(response.id)
        armDeadline(response.id)
        drainOutput(response.id)
    }

    /// The turn is over and waits for its transcript, but its answer cannot wait any longer, or is of no use: it is made as always.
    mutating func answerWithoutSpeculation(_ reason: SpeculationReport.Reason = .abandoned) {
        guard let speculation, speculation.isCommitted else { return }
        discardSpeculation(reason)
        startResponse(ResponseRequest(), answering: speculation.item)
    }

    /// What the client is about to do may change what the answer is based on.
    mutating func settleSpeculation(before event: ClientEvent) {
        switch event {
        case .inputAudioAppend, .itemRetrieve: return
        default: break
        }
        if speculation?.isCommitted == true { answerWithoutSpeculation() } else { discardSpeculation(.abandoned) }
    }

    /// Stops all work for this revision of the turn and counts what it cost.
    mutating func discardSpeculation(_ reason: SpeculationReport.Reason) {
        guard let speculation else { return }
        self.speculation = nil
        speculations.discarded[reason, default: 0] += 1
        guard let response = responses.removeValue(forKey: speculation.id) else {
            if speculation.transcript == nil { actions.append(.cancelSnapshot(speculation.id)) }
            return
        }
        actions.append(.cancelResponse(speculation.id))
        actions.append(.cancelTimer(.responseDeadline(speculation.id)))
        let usage = UsageCounter.usage(of: response, estimator: estimator)
        speculations.inputTokens += usage.inputTokens
        speculations.outputTokens += usage.outputTokens
        speculations.isEstimated = speculations.isEstimated || usage.isEstimated
        speculations.speech += response.playout.length
    }

    /// Tells what became of the speculations of a turn once nothing is left of either.
    mutating func reportSpeculations() {
        guard turn == nil, speculation == nil, speculations.begun > 0 else { return }
        actions.append(.reportSpeculation(speculations))
        speculations = SpeculationReport()
    }

    /// A turn that rather goes on is not worth beginning an answer.
    private static let leastProbability = 0.35

    /// Whether what was said so far decides when the turn is over.
    private var wordsEndTurns: Bool {
        if case .semanticVAD = configuration.input.turnDetection { true } else { false }
    }

    private func mayAnswerEarly(_ turn: Turn) -> Bool {
        // A tool that was called in vain has had its effect all the same.
        guard configuration.behavior.agent.serverTools.isEmpty else { return false }
        return configuration.behavior.turnTaking.speculates && turn.isSpeech && answersTurns && activeResponse == nil
            && transcriptions.keys.allSatisfy { $0 == turn.itemID }
    }

    /// Begins an answer if one may begin and these words are worth it.
    private mutating func considerAnswer(to heard: TurnObservation, _ turn: Turn) {
        guard !heard.text.isEmpty, mayAnswerEarly(turn), predictor.probability(heard) >= Self.leastProbability else {
            return
        }
        think(of: heard.text, turn.itemID)
    }

    /// Asks the model for the answer that it would give if the turn ended here.
    private mutating func think(of text: String, _ item: ItemID) {
        let parts = [ContentPart.inputAudio(audio: nil, transcript: text)]
        let unsaid = ConversationItem(id: item, content: .message(role: .user, parts: parts))
        let id = makeResponse(ResponseRequest(), answering: item)
        responses[id]?.isSpeculative = true
        responses[id]?.isStarted = true
        responses[id]?.waitingFor = []
        guard let response = responses[id], let plan = try? plan(for: response, before: unsaid) else {
            responses[id] = nil
            return
        }
        let size = size(of: plan, tools: response.toolsSize)
        guard makeRoom(forWork: size.bytes + size.imageBytes) == nil else {
            responses[id] = nil
            return
        }
        responses[id]?.promptSize = size
        if speculation == nil { speculations.begun += 1 }
        speculation = Speculation(id: id, item: item, text: text, transcript: speculation?.transcript)
        noteModelStart(id)
        actions.append(.startResponse(id, plan))
        armDeadline(id)
    }

    /// Whether two transcripts hold the same words, whatever their case and punctuation.
    private static func areSame(_ a: String, _ b: String) -> Bool { a == b || words(of: a) == words(of: b) }

    private static func words(of text: String) -> [Substring] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }
    }
}
