import Core
import RealtimeProtocol

// When what happened, for each response by itself: several may run at once.
extension SessionStateMachine {
    /// The time at which the audio at `position` of the session was spoken, if it comes at the pace of speech.
    func instant(ofAudio position: Duration) -> MonotonicInstant { now - max(.zero, self.position - position) }

    /// The user's turn is over; a response that answers it counts from when the user fell silent.
    mutating func noteTurnEnd(_ item: ItemID, speechEnd: Duration?) {
        endedTurn = EndedTurn(itemID: item, speechEnd: speechEnd.map { instant(ofAudio: $0) }, end: now)
    }

    /// Where the counting begins for a response.
    func timeline(answering turn: ItemID?) -> TurnTimeline {
        var timeline = TurnTimeline(created: now)
        if let turn, let ended = endedTurn, ended.itemID == turn {
            timeline.speechEnd = ended.speechEnd
            timeline.turnEnd = ended.end
        }
        return timeline
    }

    /// The model is asked; what the user said is known.
    mutating func noteModelStart(_ id: ResponseID) {
        if responses[id]?.timeline.turnEnd != nil { responses[id]?.timeline.transcriptReady = now }
        responses[id]?.timeline.modelStart = now
    }

    /// Work that was begun early becomes the answer to the turn that just ended.
    mutating func noteAdoption(_ id: ResponseID) {
        let begun = timeline(answering: responses[id]?.answeredTurn)
        responses[id]?.timeline.created = now
        responses[id]?.timeline.speechEnd = begun.speechEnd
        responses[id]?.timeline.turnEnd = begun.turnEnd
        responses[id]?.timeline.transcriptReady = now
    }

    mutating func note(_ input: ResponseInput, _ id: ResponseID) {
        switch input {
        case .textDelta, .toolCallStarted: note(\.firstToken, id)
        case .speechRequested: note(\.firstPiece, id)
        case .speechAudio: note(\.firstSpeech, id)
        default: break
        }
    }

    /// Text of the answer leaves.
    mutating func noteText(_ id: ResponseID) { note(\.firstSent, id) }

    /// Audio of this length has left and is heard when all before it was; `isAnswer`: it is not there to bridge the wait.
    mutating func noteAudio(_ bytes: Int, isAnswer: Bool, _ id: ResponseID) {
        guard let response = responses[id] else { return }
        let heard = response.output.pacer.playoutEnd.map { $0 - response.output.duration(ofBytes: bytes) } ?? now
        note(\.firstSound, id, at: heard)
        guard isAnswer, response.failure == nil else { return }
        note(\.firstSent, id)
        note(\.firstHeard, id, at: heard)
    }

    private mutating func note(
        _ step: WritableKeyPath<TurnTimeline, MonotonicInstant?>, _ id: ResponseID, at instant: MonotonicInstant? = nil
    ) {
        guard responses[id] != nil, responses[id]?.timeline[keyPath: step] == nil else { return }
        responses[id]?.timeline[keyPath: step] = instant ?? now
    }
}

/// The turn that ended last.
struct EndedTurn: Sendable {
    let itemID: ItemID
    /// When the user fell silent, where that was heard.
    let speechEnd: MonotonicInstant?
    let end: MonotonicInstant
}
