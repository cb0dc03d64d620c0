/// A voice whose every call asks the gate first.
struct GatedTextToSpeech: TextToSpeech {
    let base: any TextToSpeech
    let work: ProviderWork
    var name: String { base.name }
    var model: String { base.model }
    var identity: String { base.identity }

    /// Longest wait for room.
    private static let patience = ProviderDeadlines().firstAudio

    func synthesize(
        _ request: SpeechRequest, onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        try await work.enter(.textToSpeech, within: Self.patience)
        try await work.run { () async throws(ProviderError) in
            try await base.synthesize(request, onChunk: onChunk)
        }
    }
}

extension TextToSpeech {
    /// The same voice for one piece of work: each of its calls asks the gate first.
    package func gated(by work: ProviderWork) -> any TextToSpeech { GatedTextToSpeech(base: self, work: work) }
}
