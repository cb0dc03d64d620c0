import Audio
import Core
import Pipeline
import RealtimeProtocol

// What speech does to the answer that it is spoken into, where more is asked than the protocol's plain interruption.
extension SessionStateMachine {
    /// Takes speech that began at `onset` for a possible interruption; false when it is a turn like any other.
    mutating func weighSpeech(at onset: Duration, start: Duration, _ detection: TurnDetection) -> Bool {
        if let pending {
            guard pending.endedAt != nil else { return true }
            // The next utterance has come before the words of the one before.
            dropPending()
        }
        guard detection.interruptResponse, turn == nil, let active = activeResponse else { return false }
        let guardedUntil = echoGuardEnd(active)
        if interruption.mode == .immediate, guardedUntil == nil, protectionEnd(active) == nil, !isToolRunning {
            return false
        }
        let item: ItemID = identifiers.next()
        pending = PendingInterruption(
            itemID: item, start: start, onset: onset, position: position, now: now, guardedUntil: guardedUntil)
        transcribeTurn(item, from: start)
        reconsider()
        return true
    }

    mutating func pendingPaused(at position: Duration) {
        guard let detection = configuration.input.turnDetection else { return }
        let seen = circumstances(detection)
        pending?.pause(at: position, seen)
        reconsider()
    }

    mutating func pendingResumed(at position: Duration) {
        pending?.resume(at: position, of: self.position, now: now)
        reconsider()
    }

    /// Ends speech that is weighed after a silence that the detector does not wait for: with `semantic_vad` its own is long.
    mutating func endPendingPause(heard: Duration) {
        guard let pending, pending.endedAt == nil, let paused = pending.pausedAt,
            case .semanticVAD = configuration.input.turnDetection, heard - paused >= Self.longestPause
        else { return }
        actions.append(.endSpeech)
        pendingStopped()
    }

    /// A silence that ends an utterance which nobody waits for.
    private static let longestPause = Duration.milliseconds(600)

    /// The silence window has passed after speech that was no turn so far.
    mutating func pendingStopped() {
        guard pending?.endedAt == nil, let detection = configuration.input.turnDetection else { return }
        let seen = circumstances(detection)
        pending?.end(at: position, seen)
        reconsider()
        guard let pending else { return }
        if pending.verdict(seen) == .leave {
            guard pending.isTurn(seen) else { return dropPending() }
            // A turn of which the client first hears when it is over: it interrupts nothing.
            let turn = pending.turn(isSpeech: false)
            endPending()
            commitSpeech(turn, end: position)
        } else if interruption.mode == .semantic, transcriptions[pending.itemID]?.early == nil {
            // The words decide when they come.
            dismiss()
            actions.append(.endTranscription(pending.itemID))
            actions.append(.setTimer(.transcriptionDeadline(pending.itemID), at: now + settings.transcriptionDeadline))
        } else {
            dropPending()
        }
    }

    /// New words of the speech that is weighed; nil when there will be none.
    mutating func pendingHeard(_ item: ItemID, _ text: String?, isGrowing: Bool) {
        guard pending?.itemID == item else { return }
        if let text {
            if let active = activeResponse, let said = responses[active]?.message?.said { pending?.answerSaid(said) }
            pending?.hear(text, isGrowing: isGrowing, language: configuration.input.transcription?.language)
            reconsider()
        }
        if !isGrowing, pending?.endedAt != nil { dropPending() }
    }

    /// Judges the speech again, after anything that may change the verdict.
    mutating func reconsider() {
        guard let pending, let detection = configuration.input.turnDetection else { return }
        guard activeResponse != nil || pending.endedAt != nil else {
            // No answer is left to be interrupted.
            if pending.isSpeaking { announcePending() }
            return
        }
        let seen = circumstances(detection)
        switch pending.verdict(seen) {
        case .interrupt: return takeFloor()
        case .dismiss: dismiss()
        case .weigh: setGain(pending.isDismissed ? 1 : interruption.duckGain)
        case .leave: setGain(1)
        }
        let deadline = self.pending?.deadline(seen)
        guard deadline != self.pending?.timer else { return }
        self.pending?.timer = deadline
        if let deadline { actions.append(.setTimer(.interruption, at: deadline)) }
    }

    /// The answer is over: what the user says now is a turn like any other, unless it was found to be none.
    mutating func answerEnded() {
        guard let pending, pending.endedAt == nil, pending.isSpeaking || !pending.isDismissed else { return }
        announcePending()
    }

    /// Speech that is weighed for longer than a turn may last is a turn if it may be one, and forgotten if not.
    mutating func closeLongPending() {
        guard let pending, position - pending.start >= settings.maximumTurn else { return }
        if pending.isDismissed { dropPending() } else { announcePending() }
    }

    /// Speech that is weighed becomes audio which waits for the client's commit.
    mutating func keepPending() {
        guard let pending else { return }
        guard pending.endedAt == nil else { return dropPending() }
        turn = pending.turn(isSpeech: false)
        endPending()
    }

    /// Forgets the speech that is weighed: it was nothing.
    mutating func dropPending() {
        guard let pending else { return }
        endPending()
        transcriptions[pending.itemID] = nil
        actions.append(.cancelTranscription(pending.itemID))
        actions.append(.cancelTimer(.transcriptionDeadline(pending.itemID)))
        armIdleTimeout()
    }

    /// The bytes of `audio` as loud as the answer is now.
    mutating func audible(_ audio: ArraySlice<UInt8>, _ id: ResponseID) -> ArraySlice<UInt8> {
        guard let response = responses[id], !response.gain.isUnity else { return audio }
        var audio = audio
        switch response.object.outputFormat {
        case .pcm16: responses[id]?.gain.apply(toPCM16: &audio)
        case .g711MuLaw: responses[id]?.gain.apply(to: &audio, of: .muLaw)
        case .g711ALaw: responses[id]?.gain.apply(to: &audio, of: .aLaw)
        }
        return audio
    }

    // MARK: What becomes of it

    /// The user interrupts: the client hears of the speech, and the answer is over.
    private mutating func takeFloor() {
        guard let pending else { return }
        announcePending()
        if let active = activeResponse { cancel(active, .turnDetected) }
        guard let end = pending.endedAt, let turn else { return }
        send(.speechStopped(turn.itemID, audioEnd: end))
        commitSpeech(turn, end: end)
    }

    /// The client hears of the speech.
    private mutating func announcePending() {
        guard let pending else { return }
        endPending()
        turn = pending.turn(isSpeech: true)
        noteEarlyEnd(pending.onset)
        send(.speechStarted(pending.itemID, audioStart: pending.start))
    }

    /// The answer goes on.
    private mutating func dismiss() {
        let ramp = pending?.isUnclear == true ? Self.slowRamp : Self.ramp
        pending?.isDismissed = true
        setGain(1, within: ramp)
    }

    private mutating func endPending() {
        pending = nil
        actions.append(.cancelTimer(.interruption))
        setGain(1)
    }

    private mutating func setGain(_ gain: Double, within ramp: Duration = Self.ramp) {
        guard let active = activeResponse, let format = responses[active]?.object.outputFormat else { return }
        responses[active]?.gain.move(to: gain, within: AudioTime(ramp, rate: format.sampleRate).samples)
    }

    /// How long the answer takes to grow quiet or loud: short enough to be at once, long enough not to click.
    private static let ramp = Duration.milliseconds(20)
    /// How long it takes to grow loud while somebody still speaks, so that words which come a moment later cut no shout.
    private static let slowRamp = Duration.milliseconds(300)

    // MARK: What is known

    private var interruption: InterruptionSettings { configuration.behavior.interruption }

    private func circumstances(_ detection: TurnDetection) -> PendingInterruption.Circumstances {
        PendingInterruption.Circumstances(
            now: now, position: position, settings: interruption,
            isAllowed: detection.interruptResponse && interruption.mode != .disabled,
            protectedUntil: activeResponse.flatMap { protectionEnd($0) }, isToolRunning: isToolRunning)
    }

    /// Whether a tool of the server is at work for the answer.
    private var isToolRunning: Bool { activeResponse.map { responses[$0]?.tools.runningDeadline != nil } ?? false }

    /// When the protected beginning of the answer will have been heard; nil: it has, or nothing is audible yet.
    private func protectionEnd(_ id: ResponseID) -> MonotonicInstant? {
        guard let pacer = responses[id]?.output.pacer, pacer.sent > .zero else { return nil }
        let rest = interruption.protectedStart - pacer.playhead(at: now)
        return rest > .zero ? now + rest : nil
    }

    /// Until when what is heard may be the answer, coming back from the loudspeaker; nil: it may not.
    private func echoGuardEnd(_ id: ResponseID) -> MonotonicInstant? {
        guard let start = responses[id]?.output.pacer.playoutStart(at: now) else { return nil }
        let end = start + interruption.echoGuard
        return end > now ? end : nil
    }
}
