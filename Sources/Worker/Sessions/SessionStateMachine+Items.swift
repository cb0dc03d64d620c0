import Budgets
import Core
import Pipeline
import RealtimeProtocol

// `conversation.item.*` (protocol sections 2.6 to 2.9).
extension SessionStateMachine {
    mutating func createItem(_ wanted: ConversationItem, at place: PreviousItem) throws(ProtocolError) {
        try checkImages(of: wanted, path: "item")
        var item = wanted
        if item.id.rawValue.isEmpty { item.id = identifiers.next() }
        if case .functionCall(var call) = item.content, call.callID.rawValue.isEmpty {
            call.callID = nextCallID()
            item.content = .functionCall(call)
        }
        item.status = .completed
        guard !isTaken(item.id) else {
            throw ProtocolError(
                .duplicateItemID, "Error adding item: an item with id '\(item.id)' already exists.")
        }
        if case .after(let previous) = place, !conversation.contains(previous) {
            throw ProtocolError(
                .invalidPreviousItemID,
                "Error adding item: the previous item with id '\(previous)' does not exist.")
        }
        if case .functionCallOutput(let callID, _) = item.content, !conversation.hasCall(callID) {
            throw ProtocolError(.invalidToolCallID, "Tool call ID '\(callID)' not found in conversation.")
        }
        var neighbour: ItemID?
        if case .after(let previous) = place { neighbour = previous }
        // Its audio is no part of the conversation: it is gone when it is transcribed.
        let kept = settings.keepsItemAudio ? Self.audio(of: item) : [:]
        let audio = Self.takeAudio(of: &item)
        let length = audio.map { self.length(of: $0) }
        if let length {
            try checkRoomForTranscription(of: length)
            if let bound = makeRoom(forWork: SessionBudgets.transcriptionBytes(of: length)) {
                throw refusal(bound, parameter: "item")
            }
        }
        // Before room is made: a call that waits for its result must not go for it.
        if case .functionCallOutput(let callID, _) = item.content { conversation.showCall(callID) }
        if let bound = makeRoom(forItem: item.bytes, of: .client, besides: neighbour) {
            throw refusal(bound, parameter: "item")
        }
        if !kept.isEmpty { actions.append(.keepAudio(item.id, kept, configuration.input.format)) }
        let previous = conversation.insert(item, at: place)
        send(.itemAdded(item, previous: previous))
        send(.itemDone(item, previous: previous))
        if let audio, let length { transcribe(audio, of: item.id, length) }
    }

    /// Whether an item has this id, or will have it: the client was told the ids of a turn and of a response's items before.
    private func isTaken(_ id: ItemID) -> Bool {
        conversation.contains(id) || turn?.itemID == id || transcriptions[id] != nil
            || responses.values.contains { $0.message?.itemID == id || $0.call?.itemID == id }
    }

    /// Refuses pictures where the language model sees none; `path` names the item.
    func checkImages(of item: ConversationItem, path: String) throws(ProtocolError) {
        guard !capabilities.acceptsImages, case .message(_, let parts) = item.content else { return }
        for (index, part) in parts.enumerated() {
            guard case .inputImage = part else { continue }
            throw ProtocolError(
                .invalidValue,
                "Invalid value: 'input_image'. The language model '\(capabilities.languageModel)' takes no images.",
                parameter: "\(path).content[\(index)].type")
        }
    }

    mutating func retrieveItem(_ id: ItemID, _ eventID: String?) throws(ProtocolError) {
        guard let entry = conversation[id] else { throw Self.nothingToRetrieve(id, eventID) }
        guard settings.keepsItemAudio, case .message(let role, let parts) = entry.item.content,
            parts.contains(where: { $0.isAudio })
        else { return send(.itemRetrieved(entry.item, audio: [:])) }
        let format = role == .assistant ? configuration.output.format : configuration.input.format
        actions.append(.retrieveAudio(Retrieval(item: id, format: format, eventID: eventID)))
    }

    /// The item as it is now, with its audio: meanwhile it may have been truncated or deleted.
    mutating func audioRetrieved(_ retrieval: Retrieval, _ audio: [Int: [UInt8]]) {
        guard let entry = conversation[retrieval.item] else {
            return fail(Self.nothingToRetrieve(retrieval.item, retrieval.eventID))
        }
        send(.itemRetrieved(entry.item, audio: audio))
    }

    /// The format of a response whose items can be retrieved.
    func keptFormat(of id: ResponseID) -> AudioFormat? {
        guard let response = responses[id], response.inConversation else { return nil }
        return response.object.outputFormat
    }

    private static func nothingToRetrieve(_ id: ItemID, _ eventID: String?) -> ProtocolError {
        ProtocolError(
            .invalidRetrieveItemID, "Error retrieving item: the item with id '\(id)' does not exist.",
            eventID: eventID)
    }

    mutating func deleteItem(_ id: ItemID) throws(ProtocolError) {
        guard conversation.contains(id) else {
            throw ProtocolError(
                .invalidDeleteItemID, "Error deleting item: the item with id '\(id)' does not exist.")
        }
        withdrawSummary(covering: id)
        remove(id)
    }

    private mutating func remove(_ id: ItemID) {
        conversation.remove(id)
        actions.append(.forgetAudio(id))
        send(.itemDeleted(id))
    }

    mutating func truncateItem(_ id: ItemID, contentIndex: Int, audioEnd: Duration) throws(ProtocolError) {
        guard var entry = conversation[id] else {
            throw ProtocolError(
                .invalidTruncateItemID, "Error truncating item: the item with id '\(id)' does not exist.")
        }
        guard case .message(.assistant, let parts) = entry.item.content, isSpoken(id, parts) else {
            throw ProtocolError(
                .unsupportedContentType, "Only model output audio messages can be truncated", parameter: "item_id")
        }
        guard contentIndex == 0 else {
            throw ProtocolError(
                .invalidValue, "Error truncating item: the item has no content part \(contentIndex).",
                parameter: "content_index")
        }
        let speaking = responses.values.first { $0.message?.itemID == id }
        let length = speaking.flatMap { response in response.message.map { $0.truncatedAt ?? response.sent($0) } } ?? entry.audioLength
        guard audioEnd <= length + Self.truncationSlack else {
            throw ProtocolError(
                .invalidValue,
                "Audio content of \(length.wholeMilliseconds)ms is already shorter than \(audioEnd.wholeMilliseconds)ms",
                parameter: "audio_end_ms")
        }
        let kept = min(audioEnd, length)
        let isComfort = speaking?.message?.said.isEmpty ?? entry.isComfort
        let heard: String
        if let playout = speaking?.openPlayout ?? entry.playout {
            heard = isComfort ? playout.phrases(heardUntil: kept) : playout.text(heardUntil: kept)
        } else {
            // The times of its words are not kept any more.
            let said = parts.lazy.compactMap(\.text).first ?? ""
            heard = PlayoutMap(said, length: entry.audioLength).text(heardUntil: kept)
        }
        withdrawSummary(covering: id)
        entry.item.content = .message(role: .assistant, parts: [.outputAudio(transcript: heard)])
        entry.audioLength = kept
        conversation[id] = entry
        actions.append(.cutAudio(id, to: kept))
        if let speaking {
            responses[speaking.id]?.message?.truncatedAt = kept
            stopSpeaking(speaking.id)
        }
        send(.itemTruncated(id, contentIndex: contentIndex, audioEnd: audioEnd))
        if let speaking { drainOutput(speaking.id) }
    }

    /// How far beyond the audio a truncation may point and still be taken for its end: the client's clock is not ours.
    private static let truncationSlack = Duration.milliseconds(200)

    private func isSpoken(_ id: ItemID, _ parts: [ContentPart]) -> Bool {
        if let response = responses.values.first(where: { $0.message?.itemID == id }) { return response.isSpoken }
        return parts.contains { if case .outputAudio = $0 { true } else { false } }
    }

    /// The audio of the item's parts, by their place.
    private static func audio(of item: ConversationItem) -> [Int: [UInt8]] {
        guard case .message(_, let parts) = item.content else { return [:] }
        var audio: [Int: [UInt8]] = [:]
        for (index, part) in parts.enumerated() {
            if case .inputAudio(let bytes?, _) = part { audio[index] = bytes }
        }
        return audio
    }

    /// The audio of the item's parts that have no transcript, to be transcribed as one; it is not kept in the conversation.
    ///
    /// The transcript of all of it will stand in the first of those parts.
    private static func takeAudio(of item: inout ConversationItem) -> [UInt8]? {
        guard case .message(let role, var parts) = item.content else { return nil }
        var taken: [UInt8]?
        for index in parts.indices {
            guard case .inputAudio(let audio, let transcript) = parts[index] else { continue }
            parts[index] = .inputAudio(audio: nil, transcript: transcript ?? (taken == nil ? nil : ""))
            guard transcript == nil, let audio else { continue }
            // The first, usually the only one, is taken as it is; none is copied twice.
            if taken == nil { taken = audio } else { taken?.append(contentsOf: audio) }
        }
        item.content = .message(role: role, parts: parts)
        return taken
    }

    private func length(of audio: [UInt8]) -> Duration {
        let format = configuration.input.format
        return .seconds(Double(audio.count / format.bytesPerSample) / Double(format.sampleRate))
    }

    private mutating func transcribe(_ audio: [UInt8], of item: ItemID, _ length: Duration) {
        var transcription = Transcription(isReported: reportsTranscripts, showsLogprobs: showsLogprobs)
        transcription.isCommitted = true
        transcription.length = length
        transcriptions[item] = transcription
        actions.append(.transcribeAudio(item, audio, configuration.input.format, transcriptionOptions))
        // Converted in pieces, which takes a while where there is much of it.
        armTranscriptionDeadline(item, taking: length / 50)
    }
}

extension ContentPart {
    /// Whether this is something that was said.
    fileprivate var isAudio: Bool {
        switch self {
        case .inputAudio, .outputAudio: true
        case .inputText, .inputImage, .outputText: false
        }
    }
}
