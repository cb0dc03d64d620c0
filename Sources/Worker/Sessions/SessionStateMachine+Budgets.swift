import Budgets
import Core
import Pipeline
import RealtimeProtocol

// How much may be under way at once: responses in the conversation and beside it, and transcriptions of what is in the
// conversation. What a client asks for beyond it is refused; what it says aloud becomes a response that fails.
extension SessionStateMachine {
    var hasRoomForResponse: Bool { responses.count < settings.budgets.responses }

    /// The open turn has a place of its own until it becomes an item.
    func hasRoomForTranscription(of length: Duration) -> Bool {
        transcriptions.values.count { $0.isCommitted } < settings.budgets.transcriptions
            && bytesInTranscription + SessionBudgets.transcriptionBytes(of: length)
                <= settings.budgets.transcriptionBytes
    }

    mutating func checkRoomForResponse() throws(ProtocolError) {
        guard !hasRoomForResponse else { return }
        actions.append(.reportRefusal(.response))
        throw ProtocolError(.rateLimitExceeded, tooManyResponses, type: .rateLimit)
    }

    mutating func checkRoomForTranscription(of length: Duration) throws(ProtocolError) {
        guard !hasRoomForTranscription(of: length) else { return }
        actions.append(.reportRefusal(.transcription))
        throw ProtocolError(.rateLimitExceeded, tooManyTranscriptions, type: .rateLimit)
    }

    /// The response was not asked for by an event that an error could answer: it ends as failed.
    mutating func refuse(_ id: ResponseID) {
        actions.append(.reportRefusal(.response))
        failResponse(
            id, ProviderError(.languageModel, provider: "engine", .budgetExceeded, tooManyResponses))
    }

    /// The turn is an item by now: its transcription fails, and with it the answer that waits for it.
    mutating func refuseTranscription(of turn: Turn) {
        actions.append(.reportRefusal(.transcription))
        discardSpeculation(.abandoned)
        actions.append(.cancelTranscription(turn.itemID))
        let error = ProviderError(.speechToText, provider: "engine", .budgetExceeded, tooManyTranscriptions)
        transcriptions[turn.itemID]?.early = .failure(error)
    }

    private var tooManyResponses: String {
        "Rate limit reached: the session already has \(settings.budgets.responses) responses in progress. "
            + "Wait until one of them is done."
    }

    private var tooManyTranscriptions: String {
        let isFull = transcriptions.values.count { $0.isCommitted } >= settings.budgets.transcriptions
        return
            isFull
            ? "Rate limit reached: the session already has \(settings.budgets.transcriptions) transcriptions in progress. "
                + "Wait until one of them is done."
            : "Rate limit reached: the audio in transcription would be more than \(settings.budgets.transcriptionBytes) "
                + "bytes at 16 kHz (transcription_bytes). Wait until some of it is done."
    }
}
