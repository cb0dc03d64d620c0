import Agents
import Audio
import Core
import Pipeline
import RealtimeProtocol

// The making of one response: the model writes, the splitter cuts, speech synthesis speaks the first piece while the model still
// writes the next.
extension Session {
    func run(_ id: ResponseID, _ plan: ResponsePlan, _ work: ProviderWork) async {
        let (pieces, continuation) = AsyncStream.makeStream(of: String.self)
        let speaking = speechTask { await self.speak(pieces, id, plan, work) }
        speeches[id] = speaking
        let failure = await write(id, plan, work, continuation)
        continuation.finish()
        if failure != nil { waitingForRoom.removeValue(forKey: id)?.resume() }
        let speechFailure = await speaking.value
        speeches[id] = nil
        guard responses[id] != nil else { return }
        let unsaid: ProviderError? = machine.callsTools(id) ? speechFailure?.unlessUnspeakable : speechFailure
        let unheard: ProviderError? = machine.isMuted(id) ? nil : unsaid
        if let error = failure ?? unheard {
            guard error.category != .cancelled else { return }
            failed(error)
            ingest(.response(id, .failed(error)))
        } else if plan.modality == .audio {
            ingest(.response(id, .speechFinished))
        }
        responses[id] = nil
    }

    /// Runs the language model; returns what it failed with.
    private func write(
        _ id: ResponseID, _ plan: ResponsePlan, _ work: ProviderWork,
        _ pieces: AsyncStream<String>.Continuation
    ) async -> ProviderError? {
        var splitter = SentenceSplitter()
        do throws(ProviderError) {
            let agent = agents.agent(for: plan)
            let result = try await agent.run(agentTask(id, plan, work)) { event throws(ProviderError) in
                switch event {
                case .model(.textDelta(let text)):
                    ingest(.response(id, .textDelta(text)))
                    guard plan.modality == .audio else { return }
                    for piece in splitter.append(text) { pieces.yield(piece) }
                case .model(.toolCallStarted(let index, _, let name)):
                    ingest(.response(id, .toolCallStarted(index: index, name: name)))
                case .model(.toolCallArgumentsDelta(let index, let delta)):
                    ingest(.response(id, .toolCallArgumentsDelta(index: index, delta: delta)))
                case .model(.toolCallExtra(let index, let extra)):
                    ingest(.response(id, .toolCallExtra(index: index, extra)))
                case .stepFinished(let usage): ingest(.response(id, .stepFinished(usage)))
                case .serverToolStarted(let call, let timeout):
                    // What was said so far is heard while the tool runs.
                    if plan.modality == .audio { for piece in splitter.finish() { pieces.yield(piece) } }
                    splitter = SentenceSplitter()
                    ingest(.response(id, .serverToolStarted(call, timeout: timeout)))
                case .serverToolFinished(let callID, let output):
                    ingest(.response(id, .serverToolFinished(callID: callID, output: output)))
                case .modelRetried(let error): failed(error)
                }
            }
            if plan.modality == .audio { for piece in splitter.finish() { pieces.yield(piece) } }
            ingest(.response(id, .modelFinished(result)))
            return nil
        } catch {
            return error
        }
    }

    /// Speaks the pieces one after another; returns what speech synthesis failed with.
    private func speak(
        _ pieces: AsyncStream<String>, _ id: ResponseID, _ plan: ResponsePlan, _ work: ProviderWork
    ) async -> ProviderError? {
        let voice = providers.textToSpeech.gated(by: work)
        converters[id] = try? OutputAudioConverter(format: plan.outputFormat)
        defer { converters[id] = nil }
        var hasSpoken = false
        var unspeakable: ProviderError?
        var marks = SpeakableText.OpenMarks()
        for await piece in pieces {
            guard !Task.isCancelled else { return nil }
            let spoken = SpeakableText(piece, after: &marks)
            guard !spoken.text.isEmpty else {
                announceSilent(piece, id)
                continue
            }
            let request = SpeechRequest(
                text: spoken.text, voice: plan.voice, speed: plan.speed, language: plan.language)
            var isFirst = true
            ingest(.response(id, .speechRequested))
            do throws(ProviderError) {
                try await voice.synthesize(request) { chunk throws(ProviderError) in
                    if isFirst { ingest(.response(id, .speechPiece(piece))) }
                    isFirst = false
                    if !chunk.words.isEmpty { ingest(.response(id, .speechWords(spoken.words(chunk.words)))) }
                    guard let bytes = try? converters[id]?.convert(chunk.samples) else { throw Self.lostAudio }
                    ingest(.response(id, .speechAudio(bytes)))
                    await room(for: id)
                    guard !Task.isCancelled else {
                        throw ProviderError(
                            .textToSpeech, provider: "engine", .cancelled, "The response was cancelled.")
                    }
                }
                if !isFirst { ingest(.response(id, .speechPieceEnded)) }
            } catch {
                guard error.isUnspeakable, isFirst else { return error }
                unspeakable = error
                announceSilent(piece, id)
            }
            hasSpoken = hasSpoken || !isFirst
        }
        if let rest = try? converters[id]?.finish(), !rest.isEmpty { ingest(.response(id, .speechAudio(rest))) }
        guard !hasSpoken, var error = unspeakable else { return nil }
        // The user would hear nothing of the answer.
        error.category = .unavailable
        return error
    }

    /// A piece without a sound is transcript and history all the same.
    private func announceSilent(_ piece: String, _ id: ResponseID) {
        ingest(.response(id, .speechPiece(piece)))
        ingest(.response(id, .speechPieceEnded))
    }

    /// Ends the speech of a response whose model goes on.
    func stopSpeech(_ id: ResponseID) {
        speeches[id]?.cancel()
        waitingForRoom.removeValue(forKey: id)?.resume()
        cancelPhrase(id)
    }

    private static let lostAudio = ProviderError(
        .textToSpeech, provider: "engine", .internal, "The speech could not be converted to the output format.")

    /// Waits while more speech than is allowed is waiting to be heard.
    private func room(for id: ResponseID) async {
        guard responses[id] != nil, machine.isHeldBack(id) else { return }
        await withCheckedContinuation { waitingForRoom[id] = $0 }
    }
}

extension SpeakableText {
    /// Timings of words of the spoken text as timings of words of the piece that it was made from.
    fileprivate func words(_ words: [WordTiming]) -> [WordTiming] {
        words.map { WordTiming(textOffset: sourceOffset(of: $0.textOffset), start: $0.start) }
    }
}

extension ProviderError {
    /// nil if it only says that a voice could not say the text.
    fileprivate var unlessUnspeakable: ProviderError? { isUnspeakable ? nil : self }
}
