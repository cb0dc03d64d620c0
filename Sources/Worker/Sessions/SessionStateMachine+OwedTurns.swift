import Core
import RealtimeProtocol

// Turns that ended while an answer ran that may not be interrupted. They are answered together after it, once all their transcripts
// are there, and only if one of them has words: noise earns no answer, and its failed transcription no apology.
extension SessionStateMachine {
    /// Answers the owed turns if nothing stands in the way any more.
    mutating func answerOwedTurns() {
        // Who speaks on gets one answer to all of it.
        guard activeResponse == nil, turn?.isSpeech != true, !owedTurns.isEmpty,
            owedTurns.allSatisfy({ transcriptions[$0] == nil })
        else { return }
        guard answersTurns, let turn = owedTurns.last(where: { hasWords($0) }) else {
            owedTurns = []
            return armIdleTimeout()
        }
        startResponse(ResponseRequest(), answering: turn)
    }

    /// Whether something was understood in this item, which is in the conversation.
    func hasWords(_ item: ItemID) -> Bool { conversation[item].map { !$0.item.isWordless } ?? false }

    /// Whether this item is in the conversation and nothing was understood in it.
    func isWordless(_ item: ItemID) -> Bool { conversation[item]?.item.isWordless ?? false }
}
