import Core
import Pipeline
import TestSupport
import Testing

@testable import Providers

/// Servers of transcriptions differ in what they take and in what they tell.
@Suite("Transcription servers", .serialized, .timeLimit(.minutes(1)))
struct TranscriptionServerTests {
    private let stages: ProviderStages

    init() async throws { stages = try await ProviderStages() }

    private func value(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }

    @Test(
        "leave words out that they take for silence",
        arguments: [
            (#"[{"text":" One two.","no_speech_prob":0.9,"avg_logprob":-1.5}]"#, ""),
            (
                #"[{"text":" One","no_speech_prob":0.1,"avg_logprob":-0.2},{"text":" two.","no_speech_prob":0.7,"avg_logprob":-1.1}]"#,
                "One"
            ),
            (#"[{"text":" One two.","no_speech_prob":0.9,"avg_logprob":-0.5}]"#, "One two."),
            (#"[{"text":" One two.","no_speech_prob":0.2,"avg_logprob":-1.5}]"#, "One two."),
            (#"[{"text":" One two."}]"#, "One two."), (#"[]"#, "One two."),
            (#"[{"no_speech_prob":1,"avg_logprob":-2}]"#, "One two."),
            (#"[7,null,{"text":7,"no_speech_prob":"x","avg_logprob":1e308}]"#, "One two."),
        ])
    func silence(segments: String, expected: String) async throws {
        try await stages.fake.set(
            "stt", ["transcript": .string("One two."), "segments": try value(segments)])
        let transcript = try await stages.speechToText().transcribe(
            ProviderStages.turn(), options: .init()
        ) { _ in }
        #expect(transcript.text == expected)
    }

    @Test("that refuse the long form are asked for the short one, and for no other later")
    func shortForm() async throws {
        try await stages.fake.set(
            "stt", ["refuse": try value(#"{"response_format":["verbose_json"]}"#)])
        let recogniser = stages.speechToText()
        for _ in 0..<2 {
            let transcript = try await recogniser.transcribe(
                ProviderStages.turn(), options: .init(language: "en")
            ) { _ in }
            #expect(transcript.text == "go forward ten meters")
        }
        let log = try await stages.fake.log()
        #expect(log.map { $0.request["response_format"]?.string } == ["verbose_json", "json", "json"])
        #expect(log.map { $0.request["language"]?.string } == ["en", "en", "en"])
    }

    @Test("are asked for the short form by models that have no other, and for long turns")
    func models() async throws {
        let recogniser = stages.speechToText()
        _ = try await recogniser.transcribe(
            ProviderStages.turn(), options: .init(model: "gpt-4o-transcribe")
        ) { _ in }
        _ = try await recogniser.transcribe(ProviderStages.turn(samples: 500_000), options: .init()) {
            _ in
        }
        #expect(
            try await stages.fake.log().map { $0.request["response_format"]?.string } == ["json", "json"])
    }

    @Test("are not asked again where a refusal has another reason")
    func otherReason() {
        let traits = TranscriptionServerTraits()
        let long = traits.form(language: "de", segments: true)
        traits.succeeded(long, asked: long)
        #expect(traits.next(after: long, refusal: "file too short") == nil)
        #expect(
            traits.next(after: long, refusal: "language 'de' is not supported")
                == .init(language: nil, segments: true))
        #expect(traits.form(language: "de", segments: true) == long, "whether it was the language is not known yet")
        traits.succeeded(.init(language: nil, segments: true), asked: long)
        #expect(traits.form(language: "de", segments: true) == .init(language: nil, segments: true))
        #expect(traits.form(language: "fr", segments: true) == .init(language: "fr", segments: true))
    }

    @Test(
        "tell a fault in FastAPI's ways too",
        arguments: [
            (#"{"detail":{"error":{"type":"invalid_model","param":"model"}}}"#, "invalid_model", "model"),
            (
                #"{"detail":{"error":"validation_error","message":"No voice 'x'"}}"#, "validation_error",
                nil
            ),
            (
                #"{"detail":[{"type":"missing","loc":["body","voice"],"msg":"Field required"}]}"#,
                "missing", "voice"
            ),
            (#"{"detail":"Voice file 'alloy' not found"}"#, nil, nil), (#"{"detail":[]}"#, nil, nil),
            (#"{"error":{"code":"x_y"}}"#, "x_y", nil),
            (#"[{"error":{"code":404,"type":"gone"}}]"#, "gone", nil),
        ] as [(String, String?, String?)])
    func faults(body: String, code: String?, parameter: String?) {
        let read = OpenAICompatibleErrorBody(Array(body.utf8))
        #expect(read.code == code && read.parameter == parameter)
    }
}
