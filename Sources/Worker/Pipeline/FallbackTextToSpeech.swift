import Core
package import EventLoops

/// A voice that is several: the first that speaks in time is heard (see `ProviderChain`).
///
/// Speech that breaks off is taken up by the next provider, once, at the word that was being spoken as far as known: what was
/// announced as said is said.
package struct FallbackTextToSpeech: TextToSpeech {
    /// That of the first provider.
    package let name: String
    /// That of the first provider.
    package let model: String
    /// That of the first provider; what the others speak is marked as a stand-in's.
    package let identity: String
    private var chain: ProviderChain<any TextToSpeech>
    private let bounds: CallBounds

    /// Voices in the order in which they are asked.
    package init(
        _ links: [ProviderChain<any TextToSpeech>.Link], deadlines: ProviderDeadlines, loop: any EventLoop,
        watcher: (any ProviderWatcher)? = nil
    ) {
        chain = ProviderChain(.textToSpeech, links, loop: loop, watcher: watcher)
        name = links[0].provider.name
        model = links[0].provider.model
        identity = links[0].provider.identity
        bounds = CallBounds(first: deadlines.firstAudio, gap: deadlines.speechGap)
    }

    /// Streams the speech of the first provider that begins it.
    ///
    /// A voice that makes no sound of the text is followed by the next.
    /// - Throws: also that all made none (`isUnspeakable`).
    package func synthesize(
        _ request: SpeechRequest, onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        var progress = SpeechProgress(request)
        do throws(ProviderError) {
            return try await speak(request, &progress, avoiding: nil, onChunk)
        } catch {
            guard progress.hasAudio, error.category.isRetryable, !Task.isCancelled else { throw error }
            chain.watcher?.attemptFailed(error)
            guard let rest = progress.takeRest() else { return }
            do throws(ProviderError) {
                try await speak(rest, &progress, avoiding: error.provider, onChunk)
            } catch {
                // What can be said of the piece was said.
                guard error.isUnspeakable else { throw error }
            }
        }
    }

    private func speak(
        _ request: SpeechRequest, _ progress: inout SpeechProgress, avoiding: String?,
        _ onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        let identity = identity
        try await chain.call(bounds, chain.order(avoiding: avoiding)) { (voice, race, number) throws(ProviderError) in
            var isSilent = true
            try await voice.synthesize(request) { chunk async throws(ProviderError) in
                isSilent = false
                var chunk = chunk
                chunk.isStandIn = chunk.isStandIn || voice.identity != identity
                guard await race.offer(.event(attempt: number, chunk)) else {
                    throw ProviderError(.textToSpeech, provider: voice.name, .cancelled, "Nobody listens any more.")
                }
            }
            if isSilent { throw ProviderError.unspeakable(voice.name) }
        } onEvent: { (chunk: SpeechChunk) async throws(ProviderError) in
            try await onChunk(progress.note(chunk))
        }
    }

    /// The same providers for one piece of work: each attempt asks the gate first.
    package func gated(by work: ProviderWork) -> any TextToSpeech {
        var copy = self
        copy.chain.work = work
        return copy
    }
}
