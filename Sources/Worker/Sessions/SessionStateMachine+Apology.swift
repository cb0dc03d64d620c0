import Core
import Pipeline
import RealtimeProtocol

// A response that fails is not silent: where the session has words for it, they are said as the end of its message.
extension SessionStateMachine {
    /// The rest of a failed response is said, then it ends as failed.
    mutating func failResponse(_ id: ResponseID, _ error: ProviderError) {
        failResponse(id, as: .failed(type: error.clientType, code: error.category.rawValue, message: error.message))
    }

    /// The same with the status that the client is told.
    mutating func failResponse(_ id: ResponseID, as status: ResponseStatus) {
        guard let response = responses[id], !response.isFinishing, response.failure == nil else { return }
        if response.isSpeculative { return discardSpeculation(.failed) }
        abandonServerTools(id)
        guard let apology = response.apology else { return concludeFailure(id, as: status) }
        actions.append(.cancelResponse(id))
        responses[id]?.failure = status
        responses[id]?.isHeldBack = false
        actions.append(
            .speakApology(
                id,
                SpeechRequest(
                    text: apology, voice: response.object.voice, speed: response.speed,
                    language: response.language), response.object.outputFormat))
        armDeadline(id)
    }

    /// Audio of the apology: its words are the assistant's, like all that is heard of it.
    mutating func apologyAudio(_ bytes: [UInt8], _ id: ResponseID) {
        guard let words = apology(of: id), let length = responses[id]?.output.duration(ofBytes: bytes.count),
            !bytes.isEmpty
        else { return }
        if responses[id]?.hasApologised == false {
            responses[id]?.hasApologised = true
            responses[id]?.output.append(.closeCall(.incomplete))
            openMessage(id)
            let isMore = responses[id].map { $0.playout.length > .zero || $0.playout.hasText } == true
            let text = isMore ? " " + words : words
            responses[id]?.output.append(.transcript(text))
            responses[id]?.playout.beginPiece(text)
        }
        responses[id]?.output.append(.audio(bytes[...]))
        responses[id]?.playout.extend(by: length)
        armDeadline(id)
        drainOutput(id)
    }

    /// What a failed response that is not over yet says instead.
    private func apology(of id: ResponseID) -> String? {
        guard let response = responses[id], response.failure != nil, !response.isFinishing else { return nil }
        return response.apology
    }

    /// The apology is complete, or there is none to be had.
    mutating func apologyEnded(_ id: ResponseID) {
        guard let failure = responses[id]?.failure else { return }
        responses[id]?.playout.completePiece()
        concludeFailure(id, as: failure)
    }

    /// Nothing more comes: what is open closes as incomplete.
    mutating func concludeFailure(_ id: ResponseID, as status: ResponseStatus) {
        guard let response = responses[id], !response.isFinishing else { return }
        actions.append(.cancelResponse(id))
        responses[id]?.isFinishing = true
        responses[id]?.output.append(.closeMessage(.incomplete))
        responses[id]?.output.append(.closeCall(.incomplete))
        responses[id]?.output.append(.finish(status))
        drainOutput(id)
    }
}

extension ActiveResponse {
    /// More than this of an answer is an answer, and its abrupt end says enough.
    private static let littleHeard = Duration.seconds(2)

    /// What to say if the response fails; nil: nothing, because nobody listens or enough was said.
    var apology: String? {
        guard isSpoken, inConversation, playout.length < Self.littleHeard || hasApologised || failure != nil,
            !output.isMuted, let words = behavior.silence.apology, !words.isEmpty
        else { return nil }
        return words
    }
}
