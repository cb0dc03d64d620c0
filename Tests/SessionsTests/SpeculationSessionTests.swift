import Core
import EventLoops
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// Answers begun at a pause, with the whole session around: detector, provider tasks, timelines.
@Suite("Speculation in a session") struct SpeculationSessionTests {
    private func session(
        speculates: Bool, givesPartials: Bool = true, semantic: Bool = false,
        stt: (inout ScriptedSTT) -> Void = { _ in }
    ) -> LiveSession {
        LiveSession(
            configure: { configuration in
                if semantic { configuration.input.turnDetection = .semanticVAD(SemanticVAD()) }
                configuration.input.transcription = TranscriptionSettings(model: "m", language: "en")
                configuration.behavior.turnTaking.speculates = speculates
            },
            stt: {
                $0.text = "what time is it"
                $0.givesPartials = givesPartials
                if givesPartials { $0.partials = [(600, "what time is it")] }
                $0.delay = .milliseconds(200)
                stt(&$0)
            },
            llm: { $0.delay = .milliseconds(100) }, tts: { $0.delay = .milliseconds(50) })
    }

    /// From the last word to the first audio, in milliseconds.
    private func answerTime(_ talk: LiveSession) throws -> Int {
        talk.say(milliseconds: 300, loud: false)
        talk.say(milliseconds: 700, loud: true)
        let end = talk.loop.now
        talk.say(milliseconds: 600, loud: false)
        talk.loop.advance(by: .seconds(20))
        return (try #require(talk.first("response.output_audio.delta")).at - end).wholeMilliseconds
    }

    @Test("What was begun early is not waited for: the answer comes with the transcript, or with the end of the turn")
    func savesTime() throws {
        // 500 ms of silence, 200 ms of transcription, three words of 100 ms, 50 ms of synthesis.
        let plain = try answerTime(session(speculates: false))
        #expect((1040...1120).contains(plain), "\(plain)")
        let streaming = session(speculates: true)
        let early = try answerTime(streaming)
        #expect((680...780).contains(early), "\(early)")
        #expect(streaming.prompts.values.count == 1)
        let batch = session(speculates: true, givesPartials: false)
        let snapshot = try answerTime(batch)
        #expect((740...840).contains(snapshot), "\(snapshot)")
        #expect(batch.heard.values.count == 1, "the turn is transcribed once")
        for talk in [streaming, batch] {
            #expect(talk.last("response.done")?.string("response", "status") == "completed")
            #expect(talk.observer.speculations.map(\.isAdopted) == [true])
            #expect(talk.observer.speculations.first?.discardedCount == 0)
            let turn = try #require(talk.observer.turns.first)
            let sent = try #require(turn.latency[.firstSent])
            #expect(sent - (turn.latency[.silenceWindow] ?? .zero) < .milliseconds(330))
            #expect(turn.latency[.engine] == nil)
        }
    }

    @Test(
        "A user who goes on is not answered: the requests are aborted, nothing of them is sent, the turn is transcribed whole"
    )
    func discards() throws {
        let talk = session(speculates: true) { $0.partials = [(500, "what time"), (1500, "what time is it")] }
        talk.say(milliseconds: 600, loud: true)
        talk.say(milliseconds: 400, loud: false)
        #expect(talk.prompts.values.count == 1)
        #expect(talk.modelCancelled.values.isEmpty)
        talk.say(milliseconds: 200, loud: true)
        let aborted = try #require(talk.modelCancelled.values.first)
        #expect(talk.loop.now - aborted <= .milliseconds(100))
        talk.say(milliseconds: 500, loud: true)
        #expect(!talk.types.contains { $0.hasPrefix("response") || $0.hasPrefix("conversation") })
        talk.say(milliseconds: 600, loud: false)
        talk.loop.advance(by: .seconds(20))
        #expect(talk.connection.frames.filter { $0.type == "response.created" }.count == 1)
        #expect(
            talk.prompts.values.map(\.messages) == [[.user([.text("what time")])], [.user([.text("what time is it")])]])
        let samples = try #require(talk.heard.values.first)
        #expect(samples > 2000 * 16)
        #expect(talk.observer.speculations.first?.discarded == [.resumed: 1])
        #expect((talk.observer.speculations.first?.inputTokens ?? 0) > 0)
    }

    @Test("An early transcription is aborted when the user goes on, and another one hears all of the turn so far")
    func discardsSnapshot() throws {
        let talk = session(speculates: true, givesPartials: false)
        for _ in 0..<2 {
            talk.say(milliseconds: 600, loud: true)
            talk.say(milliseconds: 300, loud: false)
        }
        talk.say(milliseconds: 300, loud: false)
        talk.loop.advance(by: .seconds(20))
        #expect(talk.prompts.values.count == 1)
        #expect(talk.heard.values.count == 2)
        #expect(try #require(talk.heard.values.last) > 1600 * 16)
        #expect(talk.observer.speculations.first?.discarded == [.resumed: 1])
        #expect(talk.observer.speculations.first?.isAdopted == true)
        #expect(talk.connection.frames.filter { $0.type == "response.created" }.count == 1)
        #expect(talk.observer.failures.isEmpty)
    }

    @Test("A transcription that fails before the turn is over fails the answer at once, and no other is waited for")
    func failedBefore() throws {
        let talk = session(speculates: true, givesPartials: false, semantic: true) {
            $0.error = ProviderError(.speechToText, provider: "p", .unavailable, "Down.")
            $0.failsAtOnce = true
        }
        talk.say(milliseconds: 700, loud: true)
        let end = talk.loop.now
        talk.say(milliseconds: 2_000, loud: false)
        #expect(try #require(talk.first("response.done")).at - end < .seconds(1))
        #expect(talk.first("response.done")?.string("response", "status") == "failed")
    }

    @Test("An answer that is longer than may wait is held back at the source until the turn is over")
    func holdsBack() throws {
        let talk = LiveSession(
            configure: { configuration in
                configuration.input.turnDetection = .semanticVAD(SemanticVAD())
                configuration.behavior.turnTaking.speculates = true
            },
            stt: { $0.partials = [(300, "tell me"), (600, "one thing")] },
            llm: { $0.words = Array(repeating: "A sentence of some length. ", count: 20) },
            tts: { $0.delay = .milliseconds(1) })
        talk.say(milliseconds: 700, loud: true)
        talk.say(milliseconds: 440, loud: false)
        talk.loop.advance(by: .seconds(30))
        #expect(!talk.types.contains("response.created"))
        #expect(talk.spoken.values.count <= 4)
        talk.say(milliseconds: 500, loud: false)
        talk.loop.advance(by: .seconds(60))
        #expect(talk.types.contains("response.created"))
    }

    @Test("No task is left when the client leaves in the middle of it")
    func leaves() {
        for givesPartials in [true, false] {
            let talk = session(speculates: true, givesPartials: givesPartials)
            talk.say(milliseconds: 700, loud: true)
            talk.say(milliseconds: 300, loud: false)
            talk.disconnect()
            talk.loop.advance(by: .seconds(1))
            #expect(talk.observer.speculations.count == 1)
            #expect(talk.modelCancelled.values.count == (givesPartials ? 1 : 0))
            #expect(talk.observer.failures.isEmpty)
        }
    }
}
