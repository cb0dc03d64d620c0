import Core
import Pipeline
import RealtimeProtocol

// What a truncation leaves of an answer in progress: its tool calls. Unheard words are not synthesised, and a model that
// only goes on writing them is stopped.
extension SessionStateMachine {
    /// The client truncated what the response says: it is silent from now on.
    mutating func stopSpeaking(_ id: ResponseID) {
        guard let response = responses[id] else { return }
        responses[id]?.output.mute()
        responses[id]?.mutedAt = response.mutedAt ?? now
        responses[id]?.isHeldBack = false
        actions.append(.stopSpeech(id))
        finish(id)
        armDeadline(id)
    }

    /// Whether nothing more of the response is to be heard.
    func isMuted(_ id: ResponseID) -> Bool { responses[id]?.output.isMuted ?? false }

    /// The model has had its time to call tools after the truncation and goes on writing: the answer is over.
    mutating func concludeTruncated(_ id: ResponseID) {
        actions.append(.cancelResponse(id))
        responses[id]?.isFinishing = true
        responses[id]?.output.append(.closeMessage(.incomplete))
        responses[id]?.output.append(.finish(.completed))
        drainOutput(id)
    }
}
