import Core
package import EventLoops

/// A recogniser that is several: the first transcript that comes is taken (see `ProviderChain`).
///
/// Each provider hears the turn from its beginning. The time counts from the turn's end.
package struct FallbackSpeechToText: SpeechToText {
    /// That of the first provider.
    package let name: String
    /// That of the first provider.
    package let model: String
    /// As the first provider.
    package var givesPartials: Bool { chain.links[0].provider.givesPartials }
    private var chain: ProviderChain<any SpeechToText>
    private let deadlines: ProviderDeadlines

    /// Recognisers in the order in which they are asked.
    package init(
        _ links: [ProviderChain<any SpeechToText>.Link], deadlines: ProviderDeadlines, loop: any EventLoop,
        watcher: (any ProviderWatcher)? = nil
    ) {
        chain = ProviderChain(.speechToText, links, loop: loop, watcher: watcher)
        name = links[0].provider.name
        model = links[0].provider.model
        self.deadlines = deadlines
    }

    /// The recognisers themselves, in order.
    package var providers: [any SpeechToText] { chain.links.map(\.provider) }

    /// Transcribes `audio`; partial results are those of the first provider that has not failed.
    ///
    /// What the user did not say is left out: see `Transcript.cleaned`.
    package func transcribe(
        _ audio: AudioFeed, options: TranscriptionOptions, onPartial: (String) -> Void
    ) async throws(ProviderError) -> Transcript {
        let bounds = CallBounds(first: deadlines.transcript, isDecidedByEvent: false)
        let transcript: Transcript = try await chain.call(bounds, chain.order(avoiding: nil), input: audio) {
            (recogniser, race, number) throws(ProviderError) in
            try await recogniser.transcribe(audio.replay(), options: options) { partial in
                race.post(.event(attempt: number, partial))
            }
        } onEvent: { (partial: String) async throws(ProviderError) in
            if Transcript.hasWords(partial) { onPartial(partial) }
        }
        return transcript.cleaned
    }

    /// The same providers for one piece of work: each attempt asks the gate first.
    package func gated(by work: ProviderWork) -> any SpeechToText {
        var copy = self
        copy.chain.work = work
        return copy
    }
}
