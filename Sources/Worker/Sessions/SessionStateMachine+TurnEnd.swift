import Core
import Pipeline
import RealtimeProtocol

// When a pause is the end of the user's turn (`semantic_vad`, protocol section 4.1).
//
// Everything is counted in the user's audio, from the end of the speech: neither the time that a judgement takes nor a late
// partial transcript moves the end of the turn, and a client that sends faster than real time is heard alike.
extension SessionStateMachine {
    /// The user fell silent.
    mutating func speechPaused(at position: Duration) {
        guard phase == .open, let turn, turn.isSpeech else { return }
        guard let pause = turn.pause, let interruption = pause.interruption else {
            if turn.pause == nil { self.turn?.pause = TurnPause(start: position) }
            return
        }
        if position - interruption < configuration.behavior.turnTaking.minimumSpeech {
            self.turn?.pause?.interruption = nil
        } else {
            endPause(at: interruption)
            self.turn?.pause = TurnPause(start: position)
        }
    }

    /// Something was heard in the pause.
    mutating func speechResumed(at position: Duration) {
        guard phase == .open, let pause = turn?.pause else { return }
        if pause.isLong || pause.allowsSpeculation {
            turn?.pause?.interruption = position
        } else {
            turn?.pause = nil
        }
    }

    /// Looks at the pause as it is in the audio up to `heard`: whether it has become long, is over, or is the end of the turn.
    mutating func lookAtPause(heard: Duration) {
        guard let pause = turn?.pause else { return }
        if let interruption = pause.interruption {
            let needed = configuration.behavior.turnTaking.minimumSpeech + Self.detectorDelay
            if heard - interruption >= needed { endPause(at: interruption) }
            return
        }
        if !pause.allowsSpeculation, heard - pause.start >= configuration.behavior.turnTaking.speculationPause {
            turn?.pause?.allowsSpeculation = true
            speculate()
        }
        if pause.isLong {
            endTurnWhenDue(heard: heard)
        } else if heard - pause.start >= Self.wordGap {
            turn?.pause?.isLong = true
            judgePause()
        }
    }

    /// Within words and between them speech is silent for less than this.
    private static let wordGap = Duration.milliseconds(200)
    /// How far the detector may be behind the audio: a window, and what the resampler withholds.
    private static let detectorDelay = Duration.milliseconds(40)

    /// The user goes on at `speech`: the pause was none of the turn's end.
    private mutating func endPause(at speech: Duration) {
        guard let pause = turn?.pause else { return }
        turn?.pause = nil
        discardSpeculation(.resumed)
        if pause.isLong { pauses.add(speech - pause.start) }
    }

    /// Decides anew how long the pause must last: when it is found, and whenever more is known of what was said.
    mutating func judgePause() {
        guard phase == .open, let turn, turn.pause?.isLong == true else { return }
        guard case .semanticVAD(let vad) = configuration.input.turnDetection else {
            self.turn?.pause?.patience = nil
            return
        }
        let probability = predictor.probability(observation(of: turn))
        self.turn?.pause?.patience = EndOfTurnPatience(vad.eagerness).wait(probability: probability, pauses: pauses)
        endTurnWhenDue(heard: position)
    }

    /// Ends the turn if the pause has lasted long enough in the audio up to `heard`.
    private mutating func endTurnWhenDue(heard: Duration) {
        guard let pause = turn?.pause, pause.interruption == nil, let patience = pause.patience,
            heard - pause.start >= patience
        else { return }
        actions.append(.endSpeech)
        speechStopped()
    }

    /// Speech began at `speech`: if the user went on before anything of the answer was heard, the turn before it was cut short.
    mutating func noteEarlyEnd(_ speech: Duration) {
        guard let end = lastSpeechEnd else { return }
        lastSpeechEnd = nil
        guard let active = activeResponse, responses[active]?.output.pacer.sent == .zero else { return }
        pauses.add(speech - end)
    }

    /// What is known of the open turn.
    func observation(of turn: Turn) -> TurnObservation {
        let end = turn.pause?.start ?? position
        var observation = TurnObservation(
            text: "", language: configuration.input.transcription?.language, speech: end - turn.speechStart)
        guard let transcription = transcriptions[turn.itemID] else { return observation }
        if case .success(let transcript) = transcription.early {
            observation.text = transcript.text
        } else if let transcript = speculation?.transcript {
            observation.text = transcript.text
        } else {
            observation.text = transcription.partial
            observation.isTextCurrent = transcription.partialPosition >= end
        }
        return observation
    }
}
