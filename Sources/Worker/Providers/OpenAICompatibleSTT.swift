import Audio
import Core
import HTTPClient
package import Pipeline
import Waveforms

/// Speech-to-text by upload: the whole turn as a WAV to `/audio/transcriptions` (OpenAI, Groq, whisper servers).
///
/// The interface has no way to send while the user speaks, so there are no partial results.
package struct OpenAICompatibleSTT: SpeechToText {
    /// The provider's name as configured.
    package var name: String { endpoint.name }
    /// What the server is asked for.
    package let model: String
    /// The interface takes whole recordings.
    package let givesPartials = false
    private let endpoint: OpenAICompatibleEndpoint
    /// Models that a client may ask for instead of `model`.
    private let otherModels: Set<String>
    private let deadlines: ProviderDeadlines

    init(
        endpoint: OpenAICompatibleEndpoint, model: String, otherModels: Set<String> = [], deadlines: ProviderDeadlines
    ) {
        self.endpoint = endpoint
        self.model = model
        self.otherModels = otherModels
        self.deadlines = deadlines
    }

    /// Uploads the turn once it has ended; no partial results.
    package func transcribe(
        _ audio: AudioFeed, options: TranscriptionOptions, onPartial: (String) -> Void
    ) async throws(ProviderError) -> Transcript {
        var samples: [Int16] = []
        while let more = await audio.next() { samples += more }
        if Task.isCancelled { throw endpoint.fault(HTTPClientError(.cancelled)) }
        guard samples.count >= Self.leastSamples else { return Transcript(text: "") }
        return try await endpoint.exchange(upload(samples, options)) { (response) throws(ProviderError) in
            try await endpoint.expectSuccess(response)
            do throws(HTTPClientError) {
                return try await response.body.collect(upTo: Self.answerLimit)
            } catch {
                throw endpoint.fault(error)
            }
        }.transcript(endpoint)
    }

    private func upload(_ samples: [Int16], _ options: TranscriptionOptions) -> HTTPClientRequest {
        var form = MultipartForm()
        let asked = options.model.flatMap { otherModels.contains($0) ? $0 : nil } ?? model
        form.append("model", asked)
        form.append("response_format", "json")
        if options.wantsLogprobs, Self.givesLogprobs(asked) { form.append("include[]", "logprobs") }
        if let language = options.language, !language.isEmpty { form.append("language", language) }
        if let prompt = options.prompt, !prompt.isEmpty { form.append("prompt", prompt) }
        for (name, value) in endpoint.extraBody.sorted(by: { $0.key < $1.key }) {
            form.append(field: name, value.string ?? value.serialized)
        }
        form.append(
            "file", file: "speech.wav", type: "audio/wav", WAVFile.encode(samples: samples.span, rate: Self.rate))
        return endpoint.request(
            "/audio/transcriptions", contentType: form.contentType, body: form.finish(),
            deadlines: deadlines.transcription, bodyLimit: Self.answerLimit)
    }

    /// Whether a model tells how sure it is; the others refuse the question.
    static func givesLogprobs(_ model: String) -> Bool {
        ["gpt-4o-transcribe", "gpt-4o-mini-transcribe"].contains { model.hasPrefix($0) } && !model.contains("diarize")
    }

    /// Of `AudioFeed`.
    private static let rate = 16_000
    /// 100 ms: OpenAI refuses less, and nobody says a word in it.
    private static let leastSamples = 1_600
    /// A transcript of ten minutes is some 10 kB.
    private static let answerLimit = 1 << 20
}

extension [UInt8] {
    /// The transcript in the body of an answer.
    fileprivate func transcript(_ endpoint: OpenAICompatibleEndpoint) throws(ProviderError) -> Transcript {
        guard let answer = try? JSONValue.parse(self) else {
            throw endpoint.fault(.malformedResponse, "gave an answer that is not JSON")
        }
        guard let text = answer["text"]?.string else {
            if let error = answer["error"] { throw endpoint.fault(status: nil, OpenAICompatibleErrorBody(error)) }
            throw endpoint.fault(.malformedResponse, "gave an answer without a transcript")
        }
        return Transcript(
            text: text.trimmingBlanks, usage: Transcript.TokenUsage(answer["usage"]),
            logprobs: answer["logprobs"]?.array.map { $0.compactMap { Transcript.TokenLogprob($0) } })
    }
}

extension Transcript.TokenLogprob {
    /// One entry of `logprobs`; nil where token or number is missing.
    fileprivate init?(_ entry: JSONValue) {
        guard let token = entry["token"]?.string, let logprob = entry["logprob"]?.number else { return nil }
        let bytes = entry["bytes"]?.array?.compactMap { $0.integer.flatMap { UInt8(exactly: $0) } }
        self.init(token: token, logprob: logprob, bytes: bytes ?? Array(token.utf8))
    }
}

extension Transcript.TokenUsage {
    /// The `usage` of a transcription; nil where seconds are counted, or nothing.
    fileprivate init?(_ usage: JSONValue?) {
        guard let usage, let input = usage["input_tokens"]?.count, let output = usage["output_tokens"]?.count else {
            return nil
        }
        let text = min(usage["input_token_details"]?["text_tokens"]?.count ?? 0, input)
        self.init(
            inputText: text, inputAudio: usage["input_token_details"]?["audio_tokens"]?.count ?? input - text,
            output: output)
    }
}
