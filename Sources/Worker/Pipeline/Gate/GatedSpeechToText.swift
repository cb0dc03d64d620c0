/// A recogniser whose every call asks the gate first.
struct GatedSpeechToText: SpeechToText {
    let base: any SpeechToText
    let work: ProviderWork
    var name: String { base.name }
    var model: String { base.model }
    var givesPartials: Bool { base.givesPartials }

    /// Longest wait for room.
    private static let patience = ProviderDeadlines().transcript

    func transcribe(
        _ audio: AudioFeed, options: TranscriptionOptions, onPartial: (String) -> Void
    ) async throws(ProviderError) -> Transcript {
        try await work.enter(.speechToText, within: Self.patience)
        return try await work.run { () async throws(ProviderError) in
            try await base.transcribe(audio, options: options, onPartial: onPartial)
        }
    }
}

extension SpeechToText {
    /// The same recogniser for one piece of work: each of its calls asks the gate first.
    package func gated(by work: ProviderWork) -> any SpeechToText { GatedSpeechToText(base: self, work: work) }
}
