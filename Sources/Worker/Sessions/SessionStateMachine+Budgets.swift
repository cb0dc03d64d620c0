import Budgets
import Core
import Pipeline
import RealtimeProtocol

// How much may be under way at once: responses in the conversation and beside it, and transcriptions of what is in the
// conversation. What a client asks for beyond it is refused; what it says aloud becomes a response that fails.
extension SessionStateMachine {
    var hasRoomForResponse: Bool { responses.count < settings.budgets.responses }

    /// The open turn has a place of its own until it becomes an item.
    var hasRoomForTranscription: Bool {
        transcriptions.values.count { $0.isCommitted } < settings.budgets.transcriptions
    }

    mutating func checkRoomForResponse() throws(ProtocolError) {
        guard !hasRoomForResponse else { return }
        actions.append(.reportRefusal(.response))
        throw ProtocolError(.rateLimitExceeded, tooManyResponses, type: .rateLimit)
    }

    mutating func checkRoomForTranscription() throws(ProtocolError) {
        guard !hasRoomForTranscription else { return }
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
        "Rate limit reached: the session already has \(settings.budgets.transcriptions) transcriptions in progress. "
            + "Wait until one of them is done."
    }
}

extension ConversationItem {
    /// Whether it holds audio whose words are not known.
    var hasUnknownWords: Bool {
        guard case .message(_, let parts) = content else { return false }
        return parts.contains { if case .inputAudio(_, nil) = $0 { true } else { false } }
    }
}
