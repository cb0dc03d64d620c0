import Core
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// A voice of one script, and answers in another.
@Suite("Answers that a voice cannot say") struct UnspeakableTests {
    private func talk(_ words: [String], apology: String = "Sorry.", tool: Bool = false) -> LiveSession {
        LiveSession(
            configure: {
                $0.behavior.silence.apology = apology
                $0.behavior.agent.streamRetries = 0
            },
            providers: { loop in
                let asked = LoopLog<SpeechRequest>()
                let latin = LatinVoice(voice: ScriptedTTS(loop: loop, requests: asked))
                let voice = FallbackTextToSpeech(
                    [.init(latin, name: "latin", mayRepeat: false)], deadlines: ProviderDeadlines(), loop: loop)
                var model = ScriptedLLM(loop: loop, requests: LoopLog(), cancelled: LoopLog())
                model.words = words
                return SessionProviders(
                    voiceActivity: LoudnessDetectorFactory(), speechToText: ScriptedSTT(loop: loop, heard: LoopLog()),
                    languageModel: model, textToSpeech: voice, comfort: LiveSession.comfort(voice, loop))
            })
    }

    private func ask(_ talk: LiveSession) throws -> FakeConnection.Frame {
        talk.loop.advance(by: .seconds(2))
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(30))
        return try #require(talk.first("response.done"))
    }

    private func transcript(_ talk: LiveSession) -> String? {
        talk.first("response.output_audio_transcript.done")?.string("transcript")
    }

    @Test("are transcript, and the apology is heard")
    func nothing() throws {
        let talk = talk(["Привет! ", "Как у вас дела сегодня?"])
        let done = try ask(talk)
        #expect(done.string("response", "status") == "failed")
        #expect(done.string("response", "status_details", "error", "code") == "unavailable")
        #expect(transcript(talk) == "Привет! Как у вас дела сегодня? Sorry.")
        #expect(talk.first("response.output_audio.delta") != nil)
        #expect(talk.observer.failures.contains { $0.isUnspeakable })
    }

    @Test("are transcript also where no apology can be said", arguments: ["", "Простите."])
    func mute(apology: String) throws {
        let talk = talk(["Привет! ", "Как у вас дела сегодня?"], apology: apology)
        #expect(try ask(talk).string("response", "status") == "failed")
        #expect(transcript(talk) == "Привет! Как у вас дела сегодня?")
        #expect(talk.first("response.output_audio.delta") == nil)
        let item = try #require(talk.first("response.output_item.done")?.string("item", "id"))
        talk.send(#"{"type":"conversation.item.retrieve","item_id":"\#(item)"}"#)
        talk.loop.advance(by: .seconds(1))
        let retrieved = try #require(talk.first("conversation.item.retrieved"))
        #expect("\(retrieved.body)".contains("transcript"))
    }

    @Test("keep all their pieces where some can be said")
    func mixed() throws {
        let talk = talk(["Привет, друзья мои дорогие! ", "This part is spoken. ", "А эта часть молчит совсем."])
        #expect(try ask(talk).string("response", "status") == "completed")
        #expect(
            transcript(talk) == "Привет, друзья мои дорогие! This part is spoken. А эта часть молчит совсем.")
        #expect(talk.observer.failures.isEmpty)
    }

    @Test("of signs alone are whole: there is nothing to say in them")
    func signs() throws {
        let talk = talk(["👍 ", "🎉"])
        #expect(try ask(talk).string("response", "status") == "completed")
        #expect(transcript(talk) == "👍 🎉")
    }
}

/// Speaks texts with Latin letters only.
private struct LatinVoice: TextToSpeech {
    let name = "latin"
    let model = "script"
    let voice: ScriptedTTS

    func synthesize(
        _ request: SpeechRequest, onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        guard request.text.contains(where: { $0.isASCII && $0.isLetter }) else { return }
        try await voice.synthesize(request, onChunk: onChunk)
    }
}
