import Core
import HTTPClient
package import Pipeline

/// Text-to-speech through `/audio/speech`, streamed (OpenAI, Groq, Kokoro and other servers).
package struct OpenAICompatibleTTS: TextToSpeech {
    /// The provider's name as configured.
    package var name: String { endpoint.name }
    /// What the server is asked for.
    package let model: String
    /// Server, model and the voice that stands for unknown names.
    package var identity: String { "\(name)/\(endpoint.baseURL)/\(model)/\(voices.fallback)" }
    private let endpoint: OpenAICompatibleEndpoint
    private let voices: Voices
    private let format: Format
    private let deadlines: ProviderDeadlines

    /// What to ask for.
    ///
    /// PCM is the quickest; Groq offers nothing but WAV.
    enum Format: String, Sendable { case pcm, wav }

    /// Which voice to ask for.
    struct Voices: Sendable, Equatable {
        /// For a name that the provider does not know.
        var fallback: String
        /// The names that it knows; nil: every name but OpenAI's, which clients send without having chosen.
        var known: Set<String>?

        static let openAI: Set<String> = [
            "alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer",
            "verse",
        ]

        func name(for wanted: String) -> String {
            let isKnown = known?.contains(wanted) ?? (!wanted.isEmpty && !Self.openAI.contains(wanted))
            return isKnown ? wanted : fallback
        }
    }

    init(
        endpoint: OpenAICompatibleEndpoint, model: String, voices: Voices, format: Format, deadlines: ProviderDeadlines
    ) {
        self.endpoint = endpoint
        self.model = model
        self.voices = voices
        self.format = format
        self.deadlines = deadlines
    }

    /// Streams the speech of one piece of text, at the pace that `onChunk` takes it.
    package func synthesize(
        _ request: SpeechRequest, onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        // Nothing to say is nothing to hear, not an error; several providers refuse it.
        guard request.text.contains(where: { $0.isLetter || $0.isNumber }) else { return }
        let firstAudio = endpoint.now + deadlines.firstAudio
        let http = endpoint.request(
            "/audio/speech", contentType: "application/json", body: body(of: request), deadlines: deadlines.speech,
            bodyLimit: Self.answerLimit)
        try await endpoint.exchange(http) { (response) throws(ProviderError) in
            try await endpoint.expectSuccess(response)
            var decoder = try OpenAICompatibleSpeechDecoder(contentType: response.headers["content-type"], of: endpoint)
            var hasAudio = false
            while true {
                let bytes: [UInt8]?
                do throws(HTTPClientError) {
                    bytes = try await response.body.next(before: hasAudio ? nil : firstAudio)
                } catch {
                    throw endpoint.fault(error)
                }
                let samples = if let bytes { try decoder.decode(bytes) } else { try decoder.finish() }
                if !samples.isEmpty {
                    hasAudio = true
                    try await onChunk(SpeechChunk(samples: samples))
                }
                if bytes == nil { break }
            }
            if !hasAudio { throw endpoint.fault(.malformedResponse, "sent no audio") }
        }
    }

    private func body(of request: SpeechRequest) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONWriter.append(to: &bytes) { writer in
            writer.object { writer in
                writer.member("model", model)
                writer.member("input", request.text)
                writer.member("voice", voices.name(for: request.voice))
                writer.member("response_format", format.rawValue)
                // Some models refuse the member, so it is only written when it says something.
                if request.speed != 1 { writer.member("speed", request.speed) }
                writer.members(endpoint.extraBody)
            }
        }
        return bytes
    }

    /// 64 MiB are 23 minutes.
    private static let answerLimit = 64 << 20
}
