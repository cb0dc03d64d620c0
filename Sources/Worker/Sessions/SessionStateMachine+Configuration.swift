import Core
import RealtimeProtocol

// `session.update` (protocol section 2.1): all of it or nothing.
extension SessionStateMachine {
    mutating func updateSession(_ update: SessionUpdate) throws(ProtocolError) {
        if let kind = update.kind, kind != configuration.kind {
            throw ProtocolError(
                .invalidValue,
                "Passing a \(kind.rawValue) session update to a \(configuration.kind.rawValue) session is not allowed.",
                parameter: "session.type")
        }
        if let voice = update.voice, voice != configuration.output.voice, hasAssistantAudio {
            throw ProtocolError(
                .cannotUpdateVoice, "Cannot update a conversation's voice if assistant audio is present.",
                parameter: "session.audio.output.voice")
        }
        if let speed = update.speed, speed != configuration.output.speed, activeResponse != nil {
            throw ProtocolError(
                .invalidValue, "Cannot update the speed while a response is in progress.",
                parameter: "session.audio.output.speed")
        }
        if let tracing = configuration.tracing, update.tracing.applied(to: tracing) != tracing {
            throw ProtocolError(
                .invalidValue, "Cannot update tracing once it is enabled for the session.", parameter: "session.tracing"
            )
        }
        try checkBehavior(update)
        let old = configuration
        let new = update.applied(to: old, startedWith: initialBehavior)
        try new.checkSize()
        configuration = new
        send(.sessionUpdated(sessionObject))
        reconsider()
        prepareComfort()
        let turnTaking = configuration.behavior.turnTaking
        guard configuration.input != old.input || turnTaking != old.behavior.turnTaking else { return }
        actions.append(.configureInput(configuration.input, turnTaking))
        if configuration.input.turnDetection == nil {
            becomeManual()
        } else if old.input.turnDetection == nil {
            releaseTurn()
        }
        judgePause()
        if configuration.idleTimeout == nil {
            actions.append(.cancelTimer(.idleTimeout))
        } else if old.input.turnDetection == nil {
            armIdleTimeout()
        }
    }

    /// Whether the voice is settled: the assistant has spoken in this conversation.
    var hasAssistantAudio: Bool {
        conversation.hasAssistantAudio
            || responses.values.contains { $0.inConversation && $0.output.hasSpoken }
    }

    /// Speech that the detector was following now waits for the client's commit.
    private mutating func becomeManual() {
        keepPending()
        guard let turn, turn.isSpeech else { return }
        send(.speechStopped(turn.itemID, audioEnd: position))
        self.turn?.isSpeech = false
        self.turn?.pause = nil
    }
}

extension SessionConfiguration {
    /// `idle_timeout_ms` of the turn detection in force.
    var idleTimeout: Duration? {
        if case .serverVAD(let vad) = input.turnDetection { vad.idleTimeout } else { nil }
    }
}
