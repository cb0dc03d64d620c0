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
    private let traits = TranscriptionServerTraits()

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
        while let more = await audio.next() {
            // Grown once for good where it is long: untouched pages take no memory, and a late copy would hold the loop.
            if samples.count > Self.longAudio, samples.capacity < Self.longestAudio {
                samples.reserveCapacity(Self.longestAudio)
            }
            samples += more
        }
        if Task.isCancelled { throw endpoint.fault(HTTPClientError(.cancelled)) }
        guard samples.count >= Self.leastSamples else { return Transcript(text: "") }
        let asked = options.model.flatMap { otherModels.contains($0) ? $0 : nil } ?? model
        let isShort = samples.count <= Self.mostSegmentSamples
        let wanted = traits.form(
            language: options.language.flatMap { LanguageTag($0)?.primary }.map(TranscriptionServerTraits.whisperCode),
            segments: isShort && Self.givesSegments(asked))
        var form = wanted
        while true {
            switch try await ask(samples, options, asked, form) {
            case .transcript(let transcript):
                traits.succeeded(form, asked: wanted)
                return transcript
            case .refusal(let error, let text):
                guard let next = traits.next(after: form, refusal: text), endpoint.mayAskAgain else { throw error }
                form = next
            }
        }
    }

    private enum Answer {
        case transcript(Transcript)
        /// What another form of the request may avoid; the text is the server's, which stays here.
        case refusal(ProviderError, String)
    }

    /// Uploads the turn once.
    private func ask(
        _ samples: [Int16], _ options: TranscriptionOptions, _ asked: String, _ form: TranscriptionServerTraits.Form
    ) async throws(ProviderError) -> Answer {
        // A long upload takes tens of milliseconds to make, which the loop does not have.
        let request =
            samples.count <= Self.longAudio
            ? upload(samples, options, asked, form)
            : await withTaskExecutorPreference(globalConcurrentExecutor) {
                await longUpload(samples, options, asked, form)
            }
        return try await endpoint.exchange(request) { (response) throws(ProviderError) -> Answer in
            if [400, 422].contains(response.status) {
                let bytes = (try? await response.body.collect(upTo: Self.refusalLimit)) ?? []
                let error = endpoint.fault(status: response.status, OpenAICompatibleErrorBody(bytes))
                return .refusal(error, String(decoding: bytes, as: UTF8.self).lowercased())
            }
            try await endpoint.expectSuccess(response)
            let body: [UInt8]
            do throws(HTTPClientError) {
                body = try await response.body.collect(upTo: Self.answerLimit)
            } catch {
                throw endpoint.fault(error)
            }
            return .transcript(try body.transcript(endpoint))
        }
    }

    @concurrent private func longUpload(
        _ samples: [Int16], _ options: TranscriptionOptions, _ asked: String, _ form: TranscriptionServerTraits.Form
    ) async -> HTTPClientRequest {
        upload(samples, options, asked, form)
    }

    private func upload(
        _ samples: [Int16], _ options: TranscriptionOptions, _ asked: String, _ wanted: TranscriptionServerTraits.Form
    ) -> HTTPClientRequest {
        var form = MultipartForm()
        form.append("model", asked)
        form.append("response_format", wanted.segments ? "verbose_json" : "json")
        if options.wantsLogprobs, Self.givesLogprobs(asked) { form.append("include[]", "logprobs") }
        if let language = wanted.language { form.append("language", language) }
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

    /// Whether a model tells of each segment how likely it holds no speech; the others refuse the question.
    static func givesSegments(_ model: String) -> Bool { !model.contains("gpt-") }

    private static let refusalLimit = 64 << 10
    /// 30 s, what Whisper hears at once; a longer turn is no noise that was taken for speech, and its answer is large.
    private static let mostSegmentSamples = 30 * rate
    /// Of `AudioFeed`.
    private static let rate = 16_000
    /// A minute.
    private static let longAudio = 16_000 * 60
    /// More than the audio of any item.
    private static let longestAudio = 32 << 20
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
            text: answer["segments"]?.array.flatMap(Self.spoken) ?? text.trimmingBlanks,
            usage: Transcript.TokenUsage(answer["usage"]),
            logprobs: answer["logprobs"]?.array.map { $0.compactMap { Transcript.TokenLogprob($0) } })
    }
}

extension [UInt8] {
    /// The text of the segments that hold speech; nil where all do, or where it cannot be told.
    ///
    /// What Whisper writes about silence is a guess at words that it is unsure of, by the limits that it has itself.
    fileprivate static func spoken(_ segments: [JSONValue]) -> String? {
        guard segments.allSatisfy({ $0["text"]?.string != nil }) else { return nil }
        let spoken = segments.filter { segment in
            guard let noSpeech = segment["no_speech_prob"]?.number, let sure = segment["avg_logprob"]?.number else {
                return true
            }
            return noSpeech <= 0.6 || sure >= -1
        }
        guard spoken.count < segments.count else { return nil }
        return spoken.compactMap { $0["text"]?.string }.joined(separator: " ").trimmingBlanks
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
