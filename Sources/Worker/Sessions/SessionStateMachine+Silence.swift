import Budgets
import Core
import Pipeline
import RealtimeProtocol

// Bounded silence. Providers keep to their stage's deadline; the session holds them to it, and their sum to the listener's patience.
extension SessionStateMachine {
    /// Sets the time by which a transcript must come; `taking` is how long the audio takes on its way to the recogniser.
    mutating func armTranscriptionDeadline(_ item: ItemID, taking: Duration = .zero) {
        actions.append(.setTimer(.transcriptionDeadline(item), at: now + settings.transcriptionDeadline + taking))
    }

    mutating func transcriptionOverdue(_ item: ItemID) {
        guard let transcription = transcriptions[item] else { return }
        actions.append(.cancelTranscription(item))
        if let snapshot = transcription.snapshot { actions.append(.cancelSnapshot(snapshot)) }
        transcriptFailed(
            item,
            ProviderError(.speechToText, provider: "engine", .timeout, "No transcript came within the time allowed."))
    }

    /// The making of a response went on: it has the stage's time again, as long as somebody can hear something.
    mutating func armDeadline(_ id: ResponseID) {
        guard responses[id]?.isFinishing == false else { return }
        responses[id]?.lastProgress = now
        guard let deadline = stallDeadline(id) else { return }
        actions.append(.setTimer(.responseDeadline(id), at: deadline))
    }

    /// A deadline passed: unless it has moved meanwhile, the response fails.
    mutating func responseStalled(_ id: ResponseID) {
        guard let response = responses[id], !response.isFinishing else { return }
        guard let deadline = stallDeadline(id) else { return }
        guard deadline <= now else { return actions.append(.setTimer(.responseDeadline(id), at: deadline)) }
        if response.onlyWrites { return concludeTruncated(id) }
        if let failure = response.failure { return concludeFailure(id, as: failure) }
        failResponse(
            id,
            ProviderError(
                response.modelResult == nil ? .languageModel : .textToSpeech, provider: "engine", .timeout,
                "The response made no progress within the time allowed."))
    }

    /// Until when the response must go on, and be heard if it is spoken in the conversation.
    private func stallDeadline(_ id: ResponseID) -> MonotonicInstant? {
        guard let response = responses[id], let progress = response.lastProgress else { return nil }
        guard response.failure == nil else { return progress + settings.apologyDeadline }
        if let mutedAt = response.mutedAt, response.onlyWrites {
            return max(mutedAt, response.tools.lastEnd ?? mutedAt) + settings.budgets.afterTruncation
        }
        // What is there and waits for the listener is nobody's silence.
        guard response.output.queuedBytes == 0 else { return now + settings.stageDeadline }
        // A tool has its own time, and what was silent until it ended is not the model's silence.
        if let deadline = response.tools.runningDeadline { return deadline }
        // A tool of the server has a deadline of its own.
        guard response.comfort.runningTools == 0 else { return now + settings.stageDeadline }
        let stage = progress + settings.stageDeadline
        guard response.isSpoken, response.inConversation, !response.output.isMuted, let start = response.silentSince
        else { return stage }
        // Words that trickle and never make a sentence are progress that nobody hears.
        return min(
            stage, max(start, response.soundEnd ?? start, response.tools.lastEnd ?? start) + settings.answerSilence)
    }
}
