import Core
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// Apologies of whole sessions whose every provider has failed.
@Suite("Apologies when nobody can speak") struct LiveApologyTests {
    private static let words = "Sorry."

    /// A session whose model fails at its first word, and whose voice can be taken away.
    private func talk(_ format: AudioFormat = .pcm16, apology: String = words) throws -> (LiveSession, BreakableTTS) {
        var made: BreakableTTS?
        let asked = LoopLog<SpeechRequest>()
        let talk = LiveSession(
            configure: {
                $0.behavior.silence.apology = apology
                $0.output.format = format
                $0.behavior.agent.streamRetries = 0
            },
            providers: { loop in
                let voice = BreakableTTS(ScriptedTTS(loop: loop, requests: asked))
                made = voice
                let model = ScriptedLLM(loop: loop, failAfter: 0, requests: LoopLog(), cancelled: LoopLog())
                return SessionProviders(
                    voiceActivity: LoudnessDetectorFactory(), speechToText: ScriptedSTT(loop: loop, heard: LoopLog()),
                    languageModel: model, textToSpeech: voice, comfort: LiveSession.comfort(voice, loop))
            })
        return (talk, try #require(made))
    }

    private func heard(_ talk: LiveSession) -> Int {
        talk.connection.frames.filter { $0.type == "response.output_audio.delta" }.count
    }

    @Test(
        "An apology that was made when the session began is said at once, in every format",
        arguments: [AudioFormat.pcm16, .g711MuLaw, .g711ALaw])
    func beforehand(format: AudioFormat) throws {
        let (talk, voice) = try talk(format)
        talk.loop.advance(by: .seconds(2))
        #expect(voice.asked.values == [Self.words])
        voice.isBroken = true
        let start = talk.loop.now
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(5))
        #expect(try #require(talk.first("response.output_audio.delta")).at == start)
        let done = try #require(talk.first("response.done"))
        #expect(done.string("response", "status") == "failed")
        #expect(talk.first("response.output_audio_transcript.done")?.string("transcript") == Self.words)
        #expect(voice.asked.values == [Self.words], "nobody was asked again")
    }

    @Test("One that is too long to be kept is spoken when it is needed, and missing when it cannot be")
    func tooLong() throws {
        let (talk, voice) = try talk(apology: String(repeating: "so sorry ", count: 30))
        talk.loop.advance(by: .seconds(30))
        #expect(voice.asked.values.isEmpty)
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(60))
        #expect(heard(talk) > 500)
        voice.isBroken = true
        let before = heard(talk)
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(60))
        #expect(talk.connection.frames.count { $0.type == "response.done" } == 2)
        #expect(heard(talk) == before)
    }
}

/// A voice that can fail.
///
/// Touched on the test's thread only, since a virtual loop runs there.
private final class BreakableTTS: TextToSpeech, @unchecked Sendable {
    let name = "breakable"
    let model = "script"
    private let voice: ScriptedTTS
    let asked = LoopLog<String>()
    var isBroken = false

    init(_ voice: ScriptedTTS) { self.voice = voice }

    func synthesize(
        _ request: SpeechRequest, onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        asked.append(request.text)
        if isBroken { throw ProviderError(.textToSpeech, provider: name, .unavailable, "The voice is gone.") }
        try await voice.synthesize(request, onChunk: onChunk)
    }
}
