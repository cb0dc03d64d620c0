import Core
import Pipeline
import RealtimeProtocol

// The input buffer and the user's turns (protocol sections 2.2 to 2.4, 3.3, 3.4, 3.10).
extension SessionStateMachine {
    /// Where the next turn begins: in manual mode with the first audio, otherwise when speech is heard.
    mutating func audioAppended(_ duration: Duration) {
        let start = position
        // The detector has heard what came before, so that the speech lasts at least this long.
        reconsider()
        endPendingPause(heard: start)
        position += duration
        guard phase == .open else { return }
        closeLongPending()
        if configuration.input.turnDetection == nil, turn == nil {
            beginTurn(start: max(start, bufferStart), isSpeech: false)
        }
        lookAtPause(heard: start)
        if let turn, position - turn.start >= settings.maximumTurn { closeLongTurn(turn) }
    }

    mutating func speechStarted(at speech: Duration) {
        guard phase == .open, let detection = configuration.input.turnDetection, turn?.isSpeech != true else { return }
        answerWithoutSpeculation()
        actions.append(.cancelTimer(.idleTimeout))
        let start = max(bufferStart, speech - prefixPadding, .zero)
        if weighSpeech(at: speech, start: start, detection) { return }
        if turn == nil {
            beginTurn(start: start, isSpeech: true)
        } else {
            turn?.isSpeech = true
        }
        turn?.speechStart = speech
        noteEarlyEnd(speech)
        guard let turn else { return }
        send(.speechStarted(turn.itemID, audioStart: turn.start))
        guard detection.interruptResponse else { return }
        owesResponse = false
        if let active = activeResponse { cancel(active, .turnDetected) }
    }

    /// The turn of speech is over: by the detector's silence, or because a pause was judged to be its end.
    mutating func speechStopped() {
        guard phase == .open else { return }
        if pending != nil { return pendingStopped() }
        guard let turn, turn.isSpeech else { return }
        lastSpeechEnd = turn.pause?.start
        noteSpeechEnd()
        send(.speechStopped(turn.itemID, audioEnd: position))
        commitSpeech(turn, end: position)
    }

    /// Speech that was heard to its end becomes an item and is answered.
    mutating func commitSpeech(_ turn: Turn, end: Duration) {
        commit(turn, end: end)
        answer(turn.itemID)
        settleEarlyFailure(turn.itemID)
    }

    mutating func commitInput() throws(ProtocolError) {
        let start = turn?.start ?? (pending?.endedAt == nil ? pending?.start : nil) ?? bufferStart
        let buffered = position - start
        guard buffered >= ProtocolLimits.shortestCommit else {
            throw ProtocolError(
                .commitEmpty,
                "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has "
                    + "\(hundredths(buffered))ms of audio.")
        }
        try checkRoomForTranscription()
        keepPending()
        if turn == nil { beginTurn(start: start, isSpeech: false) }
        guard let turn else { return }
        if turn.isSpeech { send(.speechStopped(turn.itemID, audioEnd: position)) }
        commit(turn, end: position)
        settleEarlyFailure(turn.itemID)
        actions.append(.clearInput)
    }

    mutating func clearInput() {
        dropPending()
        if let turn {
            actions.append(.cancelTranscription(turn.itemID))
            transcriptions[turn.itemID] = nil
            if turn.isSpeech { send(.speechStopped(turn.itemID, audioEnd: position)) }
        }
        turn = nil
        bufferStart = position
        actions.append(.clearInput)
        send(.inputAudioCleared)
    }

    mutating func idleTimeout() {
        guard phase == .open, turn == nil, pending == nil, activeResponse == nil, configuration.idleTimeout != nil
        else {
            return
        }
        let start = bufferStart
        beginTurn(start: start, isSpeech: false)
        guard let turn else { return }
        send(.idleTimeoutTriggered(turn.itemID, audioStart: start, audioEnd: position))
        commit(turn, end: position)
        answer(nil)
        settleEarlyFailure(turn.itemID)
    }

    /// Arms the idle timeout once an answer has been heard.
    mutating func armIdleTimeout() {
        guard phase == .open, turn == nil, pending == nil, activeResponse == nil,
            let timeout = configuration.idleTimeout
        else { return }
        actions.append(.setTimer(.idleTimeout, at: now + timeout))
    }

    /// Audio kept from before the detected start of speech.
    private var prefixPadding: Duration {
        if case .serverVAD(let vad) = configuration.input.turnDetection { return vad.prefixPadding }
        return settings.turnDetection.prefixPadding
    }

    private mutating func beginTurn(start: Duration, isSpeech: Bool) {
        let item: ItemID = identifiers.next()
        turn = Turn(itemID: item, start: start, isSpeech: isSpeech, speechStart: start)
        transcribeTurn(item, from: start)
    }

    /// Speech-to-text begins for audio that becomes `item`.
    mutating func transcribeTurn(_ item: ItemID, from start: Duration) {
        transcriptions[item] = Transcription(isReported: reportsTranscripts, showsLogprobs: showsLogprobs)
        actions.append(.beginTranscription(item, transcriptionOptions, start: start))
    }

    /// Turns the audio since the turn's start into a user item.
    private mutating func commit(_ turn: Turn, end: Duration) {
        self.turn = nil
        bufferStart = end
        makeRoom()
        noteTurnEnd(turn.itemID, speechEnd: turn.pause?.start)
        let previous = conversation.last
        send(.inputAudioCommitted(turn.itemID, previous: previous))
        let item = ConversationItem(
            id: turn.itemID, content: .message(role: .user, parts: [.inputAudio(audio: nil, transcript: nil)]))
        conversation.insert(item, at: .tail)
        send(.itemAdded(item, previous: previous))
        send(.itemDone(item, previous: previous))
        let isRefused = !hasRoomForTranscription
        transcriptions[turn.itemID]?.isCommitted = true
        transcriptions[turn.itemID]?.length = end - turn.start
        if isRefused { return refuseTranscription(of: turn) }
        concludeTranscription(of: turn)
        armTranscriptionDeadline(turn.itemID)
        settleEarlyTranscript(turn.itemID)
    }

    /// Whether the end of a turn starts a response by itself.
    var answersTurns: Bool {
        configuration.kind == .realtime && configuration.input.turnDetection?.createResponse == true
    }

    /// Starts the answer that the turn detection asks for: to this turn, or to the user's silence.
    private mutating func answer(_ turn: ItemID?) {
        guard answersTurns else { return }
        if let turn, isAnswered(turn) { return }
        if activeResponse == nil { startResponse(ResponseRequest(), answering: turn) } else { owesResponse = true }
    }

    /// A turn without end would grow without bound: it is committed as it is.
    private mutating func closeLongTurn(_ turn: Turn) {
        if turn.isSpeech { send(.speechStopped(turn.itemID, audioEnd: position)) }
        let wasSpeech = turn.isSpeech
        commit(turn, end: position)
        actions.append(.clearInput)
        if wasSpeech { answer(turn.itemID) }
        settleEarlyFailure(turn.itemID)
    }

    /// Whether the client gets transcription events: it asked for them, or they are all that the session is for.
    var reportsTranscripts: Bool { configuration.input.transcription != nil || configuration.kind == .transcription }

    /// Whether transcription events show the probabilities of tokens.
    var showsLogprobs: Bool { configuration.include?.contains(Self.logprobsField) ?? false }
    private static let logprobsField = "item.input_audio_transcription.logprobs"

    var transcriptionOptions: TranscriptionOptions {
        let settings = configuration.input.transcription
        return TranscriptionOptions(
            language: settings?.language, prompt: settings?.prompt, model: settings?.model,
            wantsLogprobs: reportsTranscripts && showsLogprobs)
    }

    /// Milliseconds with two decimals, as the vendor writes them.
    private func hundredths(_ duration: Duration) -> String {
        let hundredths = max(0, duration.nanoseconds) / 10_000
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
