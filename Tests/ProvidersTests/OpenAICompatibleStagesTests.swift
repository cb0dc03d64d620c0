import Core
import EventLoops
import HTTPClient
import Pipeline
import TestSupport
import Testing

@testable import Providers

/// The three stages when all goes well, and when they are cancelled, over real sockets.
@Suite("OpenAI-compatible providers", .serialized, .timeLimit(.minutes(1)))
struct OpenAICompatibleStagesTests {
    private let stages: ProviderStages

    init() async throws { stages = try await ProviderStages() }

    // MARK: Speech-to-text

    @Test("speech-to-text uploads the turn as a WAV and reads transcript and usage")
    func transcribes() async throws {
        let options = TranscriptionOptions(language: "en", prompt: "go, ten", model: "whisper-1")
        let transcript = try await stages.speechToText().transcribe(ProviderStages.turn(), options: options) { _ in }
        #expect(
            transcript
                == Transcript(
                    text: "go forward ten meters", usage: .init(inputText: 4, inputAudio: 16, output: 4)))
        let entry = try #require(await stages.fake.log().first)
        #expect(entry.header("authorization") == "Bearer \(ProviderStages.key)")
        #expect(entry.request["file"]?["samples"]?.integer == 8_000)
        #expect(entry.request["file"]?["rate"]?.integer == 16_000)
        #expect(entry.request["language"]?.string == "en")
        #expect(entry.request["prompt"]?.string == "go, ten")
        #expect(entry.request["model"]?.string == "fake?", "a model that the provider does not serve is not asked for")
        _ = try await stages.speechToText().transcribe(ProviderStages.turn(), options: .init(model: "other")) { _ in }
        #expect(try await stages.fake.log().last?.request["model"]?.string == "other")
    }

    @Test("speech-to-text asks for token probabilities where they are wanted and the model gives them")
    func logprobs() async throws {
        var options = TranscriptionOptions(model: "gpt-4o-transcribe", wantsLogprobs: true)
        let sure = try await stages.speechToText().transcribe(ProviderStages.turn(), options: options) { _ in }
        #expect(sure.logprobs?.map(\.token) == ["go", "forward", "ten", "meters"])
        #expect(sure.logprobs?.map(\.logprob) == [0, -0.125, -0.25, -0.375])
        #expect(sure.logprobs?.first?.bytes == Array("go".utf8))
        options.model = nil
        let other = try await stages.speechToText().transcribe(ProviderStages.turn(), options: options) { _ in }
        #expect(other.logprobs == nil)
        #expect(try await stages.fake.log().map { $0.request["include[]"]?.string } == ["logprobs", nil])
        for model in ["whisper-1", "gpt-4o-transcribe-diarize", "whisper-large-v3"] {
            #expect(!OpenAICompatibleSTT.givesLogprobs(model))
        }
        #expect(OpenAICompatibleSTT.givesLogprobs("gpt-4o-mini-transcribe-2025-12-15"))
    }

    @Test("speech-to-text waits for the end of the turn and asks nobody about a click")
    func shortTurn() async throws {
        let transcript = try await stages.speechToText().transcribe(
            ProviderStages.turn(samples: 100), options: .init()
        ) { _ in }
        #expect(transcript == Transcript(text: ""))
        #expect(try await stages.fake.log().isEmpty)
    }

    @Test("speech-to-text that is cancelled aborts the upload's answer")
    func cancelTranscription() async throws {
        let stt = try await ProviderStages(deadlines: ProviderDeadlines())
        let task = Task { () -> ProviderError? in await stt.failure(.speechToText, "silent=true") }
        _ = try await stt.fake.entry { _ in true }
        task.cancel()
        #expect(await task.value?.category == .cancelled)
        #expect(try await stt.fake.entry { $0.abortedAt != nil } != nil)
    }

    // MARK: Language model

    private func answer(
        _ behaviour: String, _ question: String = "tell me"
    ) async throws -> (events: [LanguageModelEvent], result: LanguageModelResult) {
        var events: [LanguageModelEvent] = []
        let result = try await stages.languageModel(behaviour).generate(ProviderStages.question(question)) {
            events.append($0)
        }
        return (events, result)
    }

    @Test(
        "a language model streams text and counts tokens",
        arguments: ["", "crlf=true", "comments=3", "reasoning=2", "gap_ms=5"])
    func generates(behaviour: String) async throws {
        let (events, result) = try await answer(behaviour, "hé 👋 there")
        #expect(events.count == 5)
        #expect(events == ["You", " said:", " hé", " 👋", " there"].map { .textDelta($0) })
        #expect(result.finishReason == .stop)
        #expect(result.usage?.output == 5 && result.usage?.cachedInput == 3)
    }

    @Test(
        "a language model may end without usage and without [DONE]",
        arguments: ["usage=false", "done=false", "usage=false&done=false"])
    func endings(behaviour: String) async throws {
        let (events, result) = try await answer(behaviour)
        #expect(events.count == 4)
        #expect(result.finishReason == .stop)
    }

    @Test("an answer is whole once its reason came, whatever happens to the connection then")
    func lateCut() async throws {
        // Role, four words, reason; then the usage would come.
        #expect(try await answer("cut_after=6").result == LanguageModelResult(finishReason: .stop))
        #expect(try await answer("silence_after=6").result == LanguageModelResult(finishReason: .stop))
    }

    @Test(
        "a language model calls tools in every style",
        arguments: ["openai", "whole", "no_index", "late_id", "same_index", "object", "signed"])
    func tools(style: String) async throws {
        try await stages.fake.set(
            "llm",
            ["tools": .array([.array([.string("f"), .string(#"{"a":1}"#)]), .array([.string("g"), .string("{}")])])])
        let (events, result) = try await answer("tool_style=\(style)")
        var calls: [String] = []
        var extras: [String] = []
        for event in events {
            switch event {
            case .toolCallStarted(_, let id, let name): calls.append("\(name)#\(id) ")
            case .toolCallArgumentsDelta(let index, let delta): calls[index] += delta
            case .toolCallExtra(_, let extra): extras.append(extra)
            case .textDelta: Issue.record("there is no text")
            }
        }
        #expect(extras.count == (style == "signed" ? 2 : 0))
        #expect(calls == [#"f#call_0 {"a":1}"#, "g#call_1 {}"])
        #expect(result.finishReason == .toolCalls)
    }

    @Test("requests of a language model share one connection, though nobody waits for its end")
    func connections() async throws {
        for _ in 0..<3 { _ = try await answer("") }
        #expect(Set(try await stages.fake.log().map(\.connection)).count == 1)
    }

    @Test("a language model that is cancelled is aborted at the provider before it has finished")
    func cancelGeneration() async throws {
        let model = stages.languageModel("reply_repeat=200&gap_ms=10")
        let (words, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task(executorPreference: TestLoop.shared) { () -> ProviderError? in
            do throws(ProviderError) {
                _ = try await model.generate(ProviderStages.question("tell me")) { _ in continuation.yield() }
                return nil
            } catch {
                return error
            }
        }
        for await _ in words.prefix(3) {}
        let cancelledAt = FakeProvider.now
        task.cancel()
        #expect(await task.value?.category == .cancelled)
        let entry = try #require(await stages.fake.entry { $0.abortedAt != nil })
        #expect(entry.finishedAt == nil)
        Attachment.record("seen after \(((entry.abortedAt ?? .nan) - cancelledAt) * 1000) ms", named: "abort.txt")
        // The connection is gone; one for the next turn is opened without being asked for.
        #expect(try await stages.fake.entry { $0.json["stage"]?.string == "models" }?.connection != entry.connection)
    }

    @Test("an error of the listener ends the request")
    func listenerError() async throws {
        let model = stages.languageModel("reply_repeat=200&gap_ms=10")
        let stop = ProviderError(.languageModel, provider: "test", .internal, "stop")
        let error = await #expect(throws: ProviderError.self) {
            try await model.generate(ProviderStages.question("tell me")) { _ throws(ProviderError) in throw stop }
        }
        #expect(error == stop)
        #expect(try await stages.fake.entry { $0.abortedAt != nil } != nil)
    }

    // MARK: Text-to-speech

    private func speak(_ behaviour: String, _ request: SpeechRequest) async throws -> [Int16] {
        var samples: [Int16] = []
        try await stages.textToSpeech(behaviour).synthesize(request) { chunk in
            #expect(!chunk.samples.isEmpty)
            samples += chunk.samples
        }
        return samples
    }

    @Test(
        "text-to-speech streams samples, cut anywhere",
        arguments: ["", "chunk_bytes=1111", "chunk_bytes=1", "format=wav&chunk_bytes=77"])
    func speaks(behaviour: String) async throws {
        // 10 characters of 60 ms.
        let samples = try await speak(behaviour, SpeechRequest(text: "0123456789", voice: "sage"))
        #expect(samples.count == 14_400)
        // 440 Hz: 264 periods in 600 ms.
        let crossings = zip(samples, samples.dropFirst()).count { $0 < 0 && $1 >= 0 }
        #expect((262...265).contains(crossings))
    }

    @Test("text-to-speech converts a WAV of another rate")
    func converts() async throws {
        let samples = try await speak("format=wav&rate=16000", SpeechRequest(text: "0123456789", voice: "sage"))
        #expect(abs(samples.count - 14_400) < 50)
    }

    @Test("text-to-speech asks for a voice that exists, and for a speed only if there is one")
    func asks() async throws {
        _ = try await speak("", SpeechRequest(text: "hello", voice: "sage"))
        _ = try await speak("", SpeechRequest(text: "hello", voice: "unknown", speed: 1.25))
        let entries = try await stages.fake.log()
        #expect(entries.map { $0.request["voice"]?.string } == ["sage", "alloy"])
        #expect(entries.map { $0.request["speed"]?.number } == [nil, 1.25])
        #expect(entries.map { $0.request["response_format"]?.string } == ["pcm", "pcm"])
    }

    private func refusing(_ members: String) throws -> JSONValue { try JSONValue.parse(Array(members.utf8)) }

    /// What the requests of the fake's log asked for.
    private func asked(_ member: String) async throws -> [String?] {
        try await stages.fake.log().map { $0.request[member].map { $0.string ?? "\($0.number ?? 0)" } }
    }

    @Test("text-to-speech uses the fallback voice where a voice is refused, and remembers the name")
    func unknownVoice() async throws {
        try await stages.fake.set("tts", ["refuse": try refusing(#"{"voice":["sage"]}"#)])
        let speech = stages.textToSpeech(saysMore: true)
        for voice in ["sage", "sage", "echo"] {
            try await speech.synthesize(SpeechRequest(text: "hello", voice: voice)) { _ in }
        }
        #expect(try await asked("voice") == ["sage", "alloy", "alloy", "echo"])
    }

    @Test("text-to-speech asks for WAV where PCM is refused, and remembers it")
    func unknownFormat() async throws {
        try await stages.fake.set(
            "tts", ["refuse": try refusing(#"{"response_format":["pcm"]}"#), "refusal": .string("Bad request")])
        let speech = stages.textToSpeech()
        for voice in ["sage", "sage", "echo"] {
            try await speech.synthesize(SpeechRequest(text: "hello", voice: voice)) { _ in }
        }
        let formats = try await asked("response_format")
        #expect(formats.prefix(3) == ["pcm", "pcm", "wav"] && !formats.dropFirst(3).contains("pcm"))
    }

    @Test("text-to-speech leaves out members that a strict server refuses, and remembers it")
    func strict() async throws {
        try await stages.fake.set("tts", ["refuse": try refusing(#"{"sample_rate":["*"]}"#)])
        let speech = stages.textToSpeech(saysMore: true)
        for _ in 0..<2 { try await speech.synthesize(SpeechRequest(text: "hello", voice: "echo")) { _ in } }
        #expect(try await asked("sample_rate") == ["24000.0", nil, nil])
        #expect(try await asked("voice") == ["echo", "echo", "echo"])
    }

    @Test("text-to-speech that is refused whatever it asks for fails, and does not try it all again")
    func refused() async throws {
        try await stages.fake.set("tts", ["status": .number(422), "error_code": .string("invalid_request_error")])
        let speech = stages.textToSpeech(saysMore: true)
        for _ in 0..<2 {
            let error = await #expect(throws: ProviderError.self) {
                try await speech.synthesize(SpeechRequest(text: "hello", voice: "alloy")) { _ in }
            }
            #expect(error?.category == .invalidRequest && error?.status == 422)
        }
        #expect(try await stages.fake.log().count == 4)
    }

    @Test("speech-to-text asks without a language that the server does not know, and remembers it")
    func unknownLanguage() async throws {
        try await stages.fake.set("stt", ["refuse": try refusing(#"{"language":["zu"]}"#)])
        let recogniser = stages.speechToText()
        for language in ["zu", "zu-ZA", "en-US"] {
            _ = try await recogniser.transcribe(ProviderStages.turn(), options: .init(language: language)) { _ in }
        }
        #expect(try await asked("language") == ["zu", nil, nil, "en"])
    }

    @Test("text-to-speech says nothing for a text without words")
    func wordless() async throws {
        #expect(try await speak("", SpeechRequest(text: " … — !", voice: "sage")).isEmpty)
        #expect(try await stages.fake.log().isEmpty)
    }

    @Test("text-to-speech is held back by a listener who is slow, and not taken for silent")
    func slowListener() async throws {
        // 40 s of speech; the silence deadline of the tests is 1 s.
        let request = SpeechRequest(text: String(repeating: "a", count: 667), voice: "sage")
        var count = 0
        var isFirst = true
        try await stages.textToSpeech().synthesize(request) { chunk in
            if isFirst { try? await Task.sleep(for: .milliseconds(1500)) }
            isFirst = false
            count += chunk.samples.count
        }
        #expect(count == 667 * 1440)
    }

    @Test("text-to-speech that is cancelled while the listener is busy is aborted at the provider")
    func cancelSpeech() async throws {
        let tts = stages.textToSpeech("bytes_per_second=20000")
        let task = Task(executorPreference: TestLoop.shared) { () -> ProviderError? in
            do throws(ProviderError) {
                try await tts.synthesize(SpeechRequest(text: "a long sentence", voice: "sage")) { _ in
                    try? await Task.sleep(for: .seconds(20))
                }
                return nil
            } catch {
                return error
            }
        }
        _ = try await stages.fake.entry { $0.json["first_at"]?.number != nil }
        task.cancel()
        #expect(await task.value?.category == .cancelled)
        let entry = try #require(await stages.fake.entry { $0.abortedAt != nil })
        #expect(entry.finishedAt == nil)
    }

    @Test("a cancelled exchange opens no connection that is thrown away")
    func cancelOpensNothing() async throws {
        try await stages.fake.set("llm", ["silent": .bool(true)])
        let task = Task(executorPreference: TestLoop.shared) { [stages] in
            _ = try? await stages.languageModel().generate(ProviderStages.question("hi")) { _ in }
        }
        _ = try await stages.fake.entry { _ in true }
        task.cancel()
        await task.value
        _ = try await stages.fake.entry { $0.abortedAt != nil }
        try await stages.fake.set("llm", ["silent": .bool(false)])
        for _ in 0..<3 {
            try await Task(executorPreference: TestLoop.shared) { [stages] in
                _ = try await stages.languageModel().generate(ProviderStages.question("hi")) { _ in }
            }.value
        }
        let entries = try await stages.fake.log()
        #expect(entries.map { $0.json["method"]?.string } == ["POST", "POST", "POST", "POST"])
        #expect(Set(entries.dropFirst().map(\.connection)).count == 1)
    }

    // MARK: All of them

    @Test("prewarming opens the connection that the first request uses")
    func prewarm() async throws {
        let selection = try ProviderConfiguration.select(
            ConfigurationReader(
                for: .worker,
                environment: [
                    "OPENAI_COMPATIBLE_BASE_URL": stages.fake.baseURL, "OPENAI_COMPATIBLE_MODEL": "fake",
                    "OPENAI_COMPATIBLE_TTS_MODEL": "fake",
                ], arguments: []))
        let embedded = stages.speechToText()
        let set = try ProviderRegistry.make(
            selection, httpClient: HTTPClient(loop: TestLoop.shared),
            embedded: EmbeddedProviders(
                speechToText: { embedded }, languageModel: { throw CancellationError() },
                textToSpeech: { throw CancellationError() }))
        #expect(set.speechToText.model == "fake?")
        await set.prewarm()
        _ = try await Task(executorPreference: TestLoop.shared) {
            try await set.languageModel.generate(ProviderStages.question("hi")) { _ in }
        }.value
        let entries = try await stages.fake.log()
        #expect(entries.map { $0.json["method"]?.string } == ["HEAD", "POST"])
        #expect(entries[0].connection == entries[1].connection)
    }
}
