import Audio
import Core
import Observability
import Pipeline
import RealtimeProtocol

/// The comfort audio that the sessions of a worker share.
package struct ComfortAudio: Sendable {
    /// What is said.
    package let phrases: PhraseCache
    /// What is typed.
    package let typing: TypingSounds

    /// These two.
    package init(phrases: PhraseCache, typing: TypingSounds) {
        self.phrases = phrases
        self.typing = typing
    }
}

// Phrases and typing sounds on their way into the machine.
extension Session {
    /// Makes ready what the session may need, in place of what it needed before.
    func prepareComfort(_ plan: ComfortPlan) {
        comfortTask?.cancel()
        comfortTask = task("comfort") {
            if let typing = plan.typing,
                let sound = await self.providers.comfort.typing.sound(typing, of: self.agents.tenant)
            {
                guard !Task.isCancelled else { return }
                await self.ingest(.typingReady(sound))
            }
            for phrase in plan.phrases where !Task.isCancelled {
                _ = await self.providers.comfort.phrases.samples(
                    for: phrase, by: self.work.begin(.phrase, isUnderWay: true))
            }
            if let apology = plan.apology, !Task.isCancelled {
                _ = await self.providers.comfort.phrases.samples(
                    for: apology, atMost: PhraseAudio.longestApology, by: self.work.begin(.phrase, isUnderWay: true))
            }
        }
    }

    /// Brings the audio of a phrase: at once where it is in memory.
    func speakPhrase(_ id: ResponseID, _ request: SpeechRequest, _ format: AudioFormat) {
        if let samples = providers.comfort.phrases.inMemory(request) { return bring(samples, format, id) }
        ingest(.phraseDelayed(id))
        phraseTasks[id]?.cancel()
        phraseTasks[id] = task("phrase") { await self.bring(request, format, id) }
    }

    /// Nobody waits for the phrase any more.
    func cancelPhrase(_ id: ResponseID) { phraseTasks.removeValue(forKey: id)?.cancel() }

    /// The session is over.
    func endComfort() {
        comfortTask?.cancel()
        for task in phraseTasks.values { task.cancel() }
        phraseTasks = [:]
    }

    private func bring(_ request: SpeechRequest, _ format: AudioFormat, _ id: ResponseID) async {
        let samples = await providers.comfort.phrases.samples(for: request, by: work.begin(.phrase, isUnderWay: true))
        guard !Task.isCancelled else { return }
        phraseTasks[id] = nil
        if let samples { bring(samples, format, id) }
    }

    private func bring(_ samples: [Int16], _ format: AudioFormat, _ id: ResponseID) {
        do throws(AudioError) {
            let converter = try OutputAudioConverter(format: format)
            let bytes = try converter.convert(samples) + converter.finish()
            ingest(.phraseReady(id, bytes))
        } catch {
            logger.error("a phrase was lost", [.error: .string(error.description)])
        }
    }
}
