import Audio
import Core
import Observability
import Pipeline
import RealtimeProtocol

/// One transcription under way.
struct TurnTranscription {
    let feed: AudioFeed
    let task: Task<Void, Never>
}

// Turns of speech on their way to text.
extension Session {
    func beginTranscription(_ item: ItemID, _ options: TranscriptionOptions, _ start: Duration) {
        let feed = AudioFeed()
        input.follow(with: feed, from: start)
        followed = item
        startTranscription(item, feed, options, work.begin(.transcription, isUnderWay: true))
    }

    func endTranscription(_ item: ItemID) {
        input.unfollow()
        followed = nil
        transcriptions[item]?.feed.finish()
    }

    func cancelTranscription(_ item: ItemID) {
        // Its recogniser may have ended before.
        if followed == item {
            followed = nil
            input.giveUp()
        }
        transcriptions.removeValue(forKey: item)?.task.cancel()
    }

    /// Transcribes what there is of the open turn, while it goes on.
    func transcribeSnapshot(_ id: ResponseID, _ item: ItemID, _ options: TranscriptionOptions) {
        guard let feed = transcriptions[item]?.feed.snapshot() else {
            return ingest(.snapshotTranscribed(id, .failure(Self.noAudio)))
        }
        snapshots[id] = task("snapshot") { await self.runSnapshot(id, feed, options) }
    }

    /// The transcription of the turn has failed before its end.
    private static let noAudio = ProviderError(
        .speechToText, provider: "engine", .unavailable, "There is no audio of the turn any more.")

    private func runSnapshot(_ id: ResponseID, _ feed: AudioFeed, _ options: TranscriptionOptions) async {
        do throws(ProviderError) {
            let recogniser = providers.speechToText.gated(by: work.begin(.speculation))
            let transcript = try await recogniser.transcribe(feed, options: options) { _ in }
            guard snapshots.removeValue(forKey: id) != nil else { return }
            ingest(.snapshotTranscribed(id, .success(transcript)))
        } catch {
            guard snapshots.removeValue(forKey: id) != nil else { return }
            failed(error)
            ingest(.snapshotTranscribed(id, .failure(error)))
        }
    }

    /// Transcribes audio that came with an item.
    func transcribe(_ audio: [UInt8], _ format: AudioFormat, _ item: ItemID, _ options: TranscriptionOptions) {
        let feed = AudioFeed(capacity: audio.count / format.bytesPerSample * 16_000 / format.sampleRate + 16_000)
        startTranscription(item, feed, options, work.begin(.transcription))
        do throws(AudioError) {
            intake.items.append(
                IntakeItem(audio: audio, feed: feed, converter: try InputAudioConverter(format: format)))
            scheduleIntake()
        } catch {
            logger.error("input audio lost", [.error: .string(error.description)])
            feed.finish()
        }
    }

    private func startTranscription(
        _ item: ItemID, _ feed: AudioFeed, _ options: TranscriptionOptions, _ work: ProviderWork
    ) {
        transcriptions[item] = TurnTranscription(
            feed: feed, task: task("transcription") { await self.runTranscription(item, feed, options, work) })
    }

    private func runTranscription(
        _ item: ItemID, _ feed: AudioFeed, _ options: TranscriptionOptions, _ work: ProviderWork
    ) async {
        do throws(ProviderError) {
            let recogniser = providers.speechToText.gated(by: work)
            let transcript = try await recogniser.transcribe(feed, options: options) { partial in
                ingest(.transcriptPartial(item, partial))
            }
            guard transcriptions.removeValue(forKey: item) != nil else { return }
            ingest(.transcriptFinal(item, transcript))
        } catch {
            guard transcriptions.removeValue(forKey: item) != nil, error.category != .cancelled else { return }
            failed(error)
            ingest(.transcriptFailed(item, error))
        }
    }

    /// Tells the operator about a provider's fault; a call that a budget refused is not one.
    func failed(_ error: ProviderError) {
        guard error.category != .budgetExceeded else { return }
        observer.stageFailed(error)
        logger.warning(
            "provider failed",
            [
                .stage: .string(error.stage.rawValue), .provider: .string(error.provider),
                .category: .string(error.category.rawValue), .error: .string(error.message),
            ])
    }
}
