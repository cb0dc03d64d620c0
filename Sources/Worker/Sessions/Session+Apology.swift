import Core
import Pipeline
import RealtimeProtocol

/// One apology that is being made.
struct RunningApology {
    let task: Task<Void, Never>
    let converter: OutputAudioConverter
}

// The making of an apology: whatever happens, it ends. One that was made beforehand is there even when nobody can speak.
extension Session {
    func apologise(_ id: ResponseID, _ request: SpeechRequest, _ format: AudioFormat) {
        guard let converter = try? OutputAudioConverter(format: format) else {
            return ingest(.response(id, .apologyEnded))
        }
        if let samples = providers.comfort.phrases.inMemory(request), let bytes = try? converter.convert(samples),
            let rest = try? converter.finish()
        {
            ingest(.response(id, .apologyAudio(bytes + rest)))
            return ingest(.response(id, .apologyEnded))
        }
        apologies[id] = RunningApology(
            task: task("apology") { await self.speakApology(id, request) }, converter: converter)
    }

    private func speakApology(_ id: ResponseID, _ request: SpeechRequest) async {
        do throws(ProviderError) {
            let voice = providers.textToSpeech.gated(by: work.begin(.apology, isUnderWay: true))
            try await voice.synthesize(request) { chunk throws(ProviderError) in
                guard let bytes = try? apologies[id]?.converter.convert(chunk.samples) else {
                    throw ProviderError(.textToSpeech, provider: "engine", .cancelled, "Nobody waits for it.")
                }
                ingest(.response(id, .apologyAudio(bytes)))
            }
            if let rest = try? apologies[id]?.converter.finish() { ingest(.response(id, .apologyAudio(rest))) }
        } catch {
            if error.category != .cancelled { failed(error) }
        }
        guard apologies.removeValue(forKey: id) != nil else { return }
        ingest(.response(id, .apologyEnded))
    }
}
