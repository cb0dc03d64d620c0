import Audio
import Core
import RealtimeProtocol

// The sound of typing: heard while an answer is being prepared or a tool of the server runs, whenever the response has nothing
// else to say. `ResponseOutput` makes it frame by frame at the listener's pace, so nothing of it is ever queued.
extension SessionStateMachine {
    /// The sound is made, or made anew.
    mutating func typingReady(_ sound: TypingLoop) {
        guard comfort.plan.typing != nil else { return }
        comfort.typing = sound
    }

    /// Begins or ends the sound where what has just happened changes whether it is wanted.
    mutating func tendTyping() {
        guard let id = activeResponse, let response = responses[id], response.behavior.typingSound.isEnabled else {
            return
        }
        if wantsTyping(response) {
            if response.output.isEmpty, !response.output.isTyping { drainOutput(id) }
        } else if response.output.isTyping {
            responses[id]?.output.fadeTyping()
            drainOutput(id)
        }
    }

    /// Begins the sound if it is wanted and there is nothing else to hear.
    ///
    /// - Returns: whether it has begun.
    mutating func beginTyping(_ id: ResponseID) -> Bool {
        guard let response = responses[id], response.behavior.typingSound.isEnabled, let sound = comfort.typing,
            response.output.isEmpty, !response.output.hasTyping, wantsTyping(response)
        else { return false }
        openMessage(id)
        // What was left of the speech is heard first.
        if fillSpeech(id) { return true }
        responses[id]?.output.startTyping(
            sound, at: comfort.typingPosition, volume: response.behavior.typingSound.volume)
        return true
    }

    /// Comfort audio follows the speech so far, whose last frame becomes a whole one.
    ///
    /// - Returns: whether it was not.
    @discardableResult
    mutating func fillSpeech(_ id: ResponseID) -> Bool {
        guard let filled = responses[id]?.output.fillRemainder() else { return false }
        responses[id]?.playout.extend(by: filled)
        return true
    }

    private func wantsTyping(_ response: ActiveResponse) -> Bool {
        guard comfort.typing != nil, mayComfort(response), response.comfort.wanted?.isDelayed != false else {
            return false
        }
        return response.comfort.runningTools > 0
            || response.comfort.isDelayOver && !response.comfort.hasAnswerAudio
    }
}
