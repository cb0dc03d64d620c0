import Core
import Pipeline
import RealtimeProtocol

// What the user said (protocol section 3.1, `conversation.item.input_audio_transcription.*`): each committed item gets exactly one
// completed or failed, while transcription is on.
extension SessionStateMachine {
    mutating func transcriptPartial(_ item: ItemID, _ text: String) {
        guard transcriptions[item] != nil else { return }
        let stable = Self.commonWords(transcriptions[item]?.partial ?? "", text)
        transcriptions[item]?.partial = text
        transcriptions[item]?.partialPosition = position
        pendingHeard(item, text, isGrowing: true)
        report(item, upTo: stable)
        guard item == turn?.itemID else { return }
        speculate()
        judgePause()
    }

    mutating func transcriptFinal(_ item: ItemID, _ transcript: Transcript) {
        guard let transcription = transcriptions[item] else { return }
        guard transcription.isCommitted else {
            transcriptions[item]?.early = .success(transcript)
            judgePause()
            pendingHeard(item, transcript.text, isGrowing: false)
            return
        }
        setTranscript(item, transcript.text)
        if transcription.isReported {
            let logprobs = transcription.showsLogprobs ? transcript.logprobs?.map { TranscriptLogprob($0) } : nil
            report(item, upTo: transcript.text, logprobs)
            let usage: TranscriptionUsage =
                if let counted = transcript.usage {
                    .tokens(inputText: counted.inputText, inputAudio: counted.inputAudio, output: counted.output)
                } else {
                    .duration(seconds: transcription.length.inSeconds)
                }
            send(
                .transcriptionCompleted(
                    item, contentIndex: 0, transcript: transcript.text, usage: usage, logprobs: logprobs))
        }
        resolveSpeculation(item, transcript.text)
        settle(item)
    }

    mutating func transcriptFailed(_ item: ItemID, _ error: ProviderError) {
        guard let transcription = transcriptions[item] else { return }
        guard transcription.isCommitted else {
            transcriptions[item]?.early = .failure(error)
            pendingHeard(item, nil, isGrowing: false)
            return
        }
        if transcription.isReported {
            send(
                .transcriptionFailed(
                    item, contentIndex: 0,
                    error: TranscriptionFailure(
                        type: "transcription_error", code: error.category.rawValue, message: error.message)))
        }
        resolveSpeculation(item, nil)
        settle(item, failure: error)
    }

    /// Takes up a transcript that came before the item was in the conversation.
    mutating func settleEarlyTranscript(_ item: ItemID) {
        if case .success(let transcript) = transcriptions[item]?.early { transcriptFinal(item, transcript) }
    }

    /// Takes up a failure that came before that: when the answer waits, so that it fails with it.
    mutating func settleEarlyFailure(_ item: ItemID) {
        if case .failure(let error) = transcriptions[item]?.early { transcriptFailed(item, error) }
    }

    /// Sends what is new of the transcript.
    ///
    /// `logprobs` are those of the whole, so they go with a delta that is the whole.
    private mutating func report(_ item: ItemID, upTo text: String, _ logprobs: [TranscriptLogprob]? = nil) {
        guard let transcription = transcriptions[item], transcription.isReported,
            transcription.isCommitted || configuration.kind == .transcription
        else { return }
        let sent = transcription.sent.utf8
        guard text.utf8.count > sent.count, text.utf8.starts(with: sent) else { return }
        let delta = String(text[text.utf8.index(text.startIndex, offsetBy: sent.count)...])
        transcriptions[item]?.sent = text
        send(
            .transcriptionDelta(
                item, contentIndex: 0, delta: delta, logprobs: transcription.sent.isEmpty ? logprobs : nil))
    }

    private mutating func setTranscript(_ item: ItemID, _ text: String) {
        guard var entry = conversation[item], case .message(let role, var parts) = entry.item.content else { return }
        for index in parts.indices {
            if case .inputAudio(let audio, nil) = parts[index] {
                parts[index] = .inputAudio(audio: audio, transcript: text)
                break
            }
        }
        entry.item.content = .message(role: role, parts: parts)
        conversation[item] = entry
        trimConversation(besides: item)
    }

    /// The transcript is known or will not come: answers that waited for it go on.
    private mutating func settle(_ item: ItemID, failure: ProviderError? = nil) {
        transcriptions[item] = nil
        actions.append(.cancelTimer(.transcriptionDeadline(item)))
        for id in responses.keys.sorted(by: { $0.rawValue < $1.rawValue })
        where responses[id]?.waitingFor.contains(item) == true {
            responses[id]?.waitingFor.remove(item)
            if let failure, responses[id]?.owedTurns.contains(item) != true || responses[id]?.answeredTurn == item {
                failResponse(id, failure)
            } else if responses[id]?.waitingFor.isEmpty == true {
                beginGeneration(id)
            }
        }
        if owedTurns.contains(item) { answerOwedTurns() }
    }

    /// The leading words that two successive partial results share.
    static func commonWords(_ a: String, _ b: String) -> String {
        let space = UInt8(ascii: " ")
        var (count, end) = (0, 0)
        var (rest, otherRest) = (a.utf8.makeIterator(), b.utf8.makeIterator())
        var (byte, other) = (rest.next(), otherRest.next())
        while other != nil, byte == other {
            count += 1
            (byte, other) = (rest.next(), otherRest.next())
            if byte ?? space == space, other ?? space == space { end = count }
        }
        return String(b[..<b.utf8.index(b.startIndex, offsetBy: end)])
    }
}

extension TranscriptLogprob {
    fileprivate init(_ token: Transcript.TokenLogprob) {
        self.init(token: token.token, logprob: token.logprob, bytes: token.bytes)
    }
}
