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
    /// Whether to say which rate is wanted and that pieces are, which some servers must be told and strict ones refuse.
    private let saysMore: Bool
    private let deadlines: ProviderDeadlines
    private let traits = SpeechServerTraits()

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
        endpoint: OpenAICompatibleEndpoint, model: String, voices: Voices, format: Format, saysMore: Bool = false,
        deadlines: ProviderDeadlines
    ) {
        self.endpoint = endpoint
        self.model = model
        self.voices = voices
        self.format = format
        self.saysMore = saysMore
        self.deadlines = deadlines
    }

    /// Streams the speech of one piece of text, at the pace that `onChunk` takes it.
    package func synthesize(
        _ request: SpeechRequest, onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        // Nothing to say is nothing to hear, not an error; several providers refuse it.
        guard request.text.unicodeScalars.contains(where: \.isWordScalar) else { return }
        let firstAudio = endpoint.now + deadlines.firstAudio
        let voice = voices.name(for: request.voice)
        var made = traits.concessions(for: voice)
        var last: SpeechServerTraits.Concession?
        while true {
            let refusal = try await attempt(request, made, firstAudio, onChunk)
            guard let refusal else { return traits.succeeded(made, last: last, voice: voice) }
            var possible: Set<SpeechServerTraits.Concession> = []
            if voice != voices.fallback { possible.insert(.voice) }
            if format == .pcm { possible.insert(.format) }
            if saysMore { possible.insert(.members) }
            guard
                let next = traits.next(after: made, possible: possible, voice: voice, refusal: refusal.text),
                endpoint.now < firstAudio
            else {
                traits.refused(made)
                throw refusal.error
            }
            guard endpoint.mayAskAgain else { throw refusal.error }
            made.insert(next)
            last = next
        }
    }

    /// Why a server did not take a request: what it said in lower case, which stays here.
    private struct Refusal {
        let error: ProviderError
        let text: String
    }

    /// Asks once.
    /// - Returns: nil when the speech was whole; else a refusal that another form of the request may avoid.
    private func attempt(
        _ request: SpeechRequest, _ made: Set<SpeechServerTraits.Concession>, _ firstAudio: MonotonicInstant,
        _ onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError) -> Refusal? {
        let http = endpoint.request(
            "/audio/speech", contentType: "application/json", body: body(of: request, made),
            deadlines: deadlines.speech, bodyLimit: Self.answerLimit)
        return try await endpoint.exchange(http) { (response) throws(ProviderError) in
            if let refusal = await refusal(response) { return refusal }
            try await endpoint.expectSuccess(response)
            var decoder = OpenAICompatibleSpeechDecoder(contentType: response.headers["content-type"], of: endpoint)
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
            return nil
        }
    }

    /// The server's refusal; nil if it did not refuse, or refused the model.
    private func refusal(_ response: HTTPClientResponse) async -> Refusal? {
        guard [400, 404, 422].contains(response.status) else { return nil }
        let bytes = (try? await response.body.collect(upTo: Self.refusalLimit)) ?? []
        let body = OpenAICompatibleErrorBody(bytes)
        let error = endpoint.fault(status: response.status, body)
        return Refusal(
            error: error,
            text: body.code == "model_not_found" ? "" : String(decoding: bytes, as: UTF8.self).lowercased())
    }

    private func body(of request: SpeechRequest, _ made: Set<SpeechServerTraits.Concession>) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONWriter.append(to: &bytes) { writer in
            writer.object { writer in
                writer.member("model", model)
                writer.member("input", request.text)
                writer.member("voice", made.contains(.voice) ? voices.fallback : voices.name(for: request.voice))
                let format = made.contains(.format) ? .wav : format
                writer.member("response_format", format.rawValue)
                if saysMore, !made.contains(.members) {
                    writer.member("sample_rate", 24_000)
                    writer.member("stream", true)
                }
                // Some models refuse the member, so it is only written when it says something.
                if request.speed != 1 { writer.member("speed", request.speed) }
                writer.members(endpoint.extraBody)
            }
        }
        return bytes
    }

    private static let refusalLimit = 64 << 10
    /// 64 MiB are 23 minutes.
    private static let answerLimit = 64 << 20
}
