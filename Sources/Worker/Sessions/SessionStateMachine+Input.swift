import Budgets
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
            beginTurn(start: uncommittedStart(at: start), isSpeech: false)
        }
        lookAtPause(heard: start)
        if let turn, position - turn.start >= settings.maximumTurn { closeLongTurn(turn) }
    }

    mutating func speechStarted(at speech: Duration) {
        guard phase == .open, let detection = configuration.input.turnDetection, turn?.isSpeech != true else { return }
        answerWithoutSpeculation()
        actions.append(.cancelTimer(.idleTimeout))
        let prefix = speech - detection.prefixPadding(settings.turnDetection)
        let start = max(bufferStart, unfinishedStart(at: speech) ?? prefix, .zero)
        unfinished = nil
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
        answerOwedTurns()
        armIdleTimeout()
    }

    mutating func commitInput() throws(ProtocolError) {
        let start = turn?.start ?? (pending?.endedAt == nil ? pending?.start : nil) ?? uncommittedStart(at: position)
        let buffered = position - start
        guard buffered >= ProtocolLimits.shortestCommit else {
            throw ProtocolError(
                .commitEmpty,
                "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has "
                    + "\(hundredths(buffered))ms of audio.")
        }
        try checkRoomForTranscription(of: buffered)
        keepPending()
        if turn == nil { beginTurn(start: start, isSpeech: false) }
        guard let turn else { return }
        if turn.isSpeech { send(.speechStopped(turn.itemID, audioEnd: position)) }
        commit(turn, end: position)
        settleEarlyFailure(turn.itemID)
        actions.append(.clearInput)
        answerOwedTurns()
        armIdleTimeout()
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
        unfinished = nil
        actions.append(.clearInput)
        send(.inputAudioCleared)
        answerOwedTurns()
        armIdleTimeout()
    }

    mutating func idleTimeout() {
        guard phase == .open, turn == nil, pending == nil, activeResponse == nil, configuration.idleTimeout != nil
        else {
            return
        }
        let start = uncommittedStart(at: position)
        beginTurn(start: start, isSpeech: false)
        guard let turn else { return }
        send(.idleTimeoutTriggered(turn.itemID, audioStart: start, audioEnd: position))
        commit(turn, end: position)
        answer(nil)
        settleEarlyFailure(turn.itemID)
    }

    /// Arms the idle timeout once an answer has been heard.
    mutating func armIdleTimeout() {
        guard phase == .open, turn == nil, pending == nil, activeResponse == nil, owedTurns.isEmpty,
            let timeout = configuration.idleTimeout
        else { return }
        actions.append(.setTimer(.idleTimeout, at: now + timeout))
    }

    /// Where the audio begins that is in no turn and that a commit at `position` takes.
    private func uncommittedStart(at position: Duration) -> Duration {
        max(bufferStart, min(keptStart, position), position - settings.budgets.uncommittedAudio)
    }

    /// Where the turn of speech at `onset` begins that goes on with what was in the buffer when the detector was switched on.
    private func unfinishedStart(at onset: Duration) -> Duration? {
        guard let unfinished, onset <= unfinished.end + Self.wordsApart else { return nil }
        return max(unfinished.start, uncommittedStart(at: position))
    }

    /// Speech that begins so soon after the detector was switched on goes on with what was said before.
    private static let wordsApart = Duration.seconds(1)

    /// The detector was switched on over audio that waited for a commit: it waits on, as audio in no turn.
    ///
    /// A turn without speech would stay open, and the detector ends it only by speech.
    mutating func releaseTurn() {
        guard let turn, !turn.isSpeech else { return }
        self.turn = nil
        transcriptions[turn.itemID] = nil
        actions.append(.cancelTranscription(turn.itemID))
        bufferStart = turn.start
        unfinished = (turn.start, position)
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
        unfinished = nil
        makeRoom(forItem: 0)
        noteTurnEnd(turn.itemID, speechEnd: turn.pause?.start)
        let previous = conversation.last
        send(.inputAudioCommitted(turn.itemID, previous: previous))
        let item = ConversationItem(
            id: turn.itemID, content: .message(role: .user, parts: [.inputAudio(audio: nil, transcript: nil)]))
        conversation.insert(item, at: .tail)
        send(.itemAdded(item, previous: previous))
        send(.itemDone(item, previous: previous))
        let isRefused = !hasRoomForTranscription(of: end - turn.start)
        transcriptions[turn.itemID]?.isCommitted = true
        transcriptions[turn.itemID]?.length = end - turn.start
        if settings.keepsItemAudio { actions.append(.keepTurn(turn.itemID)) }
        if isRefused {
            refuseTranscription(of: turn)
        } else {
            concludeTranscription(of: turn)
        }
        actions.append(.forgetInput(before: end))
        if isRefused { return }
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
        guard activeResponse != nil else { return startResponse(ResponseRequest(), answering: turn) }
        if let turn { owedTurns.append(turn) }
    }

    /// A turn without end would grow without bound: it is committed as it is.
    private mutating func closeLongTurn(_ turn: Turn) {
        if turn.isSpeech { send(.speechStopped(turn.itemID, audioEnd: position)) }
        let wasSpeech = turn.isSpeech
        commit(turn, end: position)
        actions.append(.clearInput)
        if wasSpeech { answer(turn.itemID) }
        settleEarlyFailure(turn.itemID)
        answerOwedTurns()
        armIdleTimeout()
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
