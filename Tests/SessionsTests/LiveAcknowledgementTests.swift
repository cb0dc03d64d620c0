import Core
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

@Suite("Comfort audio of whole sessions") struct LiveAcknowledgementTests {
    private func talk(_ configure: @escaping (inout SessionConfiguration) -> Void = { _ in }, speech: Duration)
        -> LiveSession
    {
        LiveSession(
            configure: {
                $0.behavior.acknowledgement.isEnabled = true
                configure(&$0)
            }, llm: { $0.delay = .milliseconds(1500) }, tts: { $0.delay = speech })
    }

    @Test("A phrase that was made ready when the session opened is heard exactly at the delay")
    func ready() throws {
        let talk = talk(speech: .milliseconds(30))
        talk.loop.advance(by: .seconds(3))
        let start = talk.loop.now
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(30))
        #expect(try #require(talk.first("response.output_audio.delta")).at - start == .milliseconds(300))
        #expect(talk.spoken.values.count { $0.text == "okay" } == 1)
        // The phrase is not taken for the answer.
        let turn = try #require(talk.observer.turns.first)
        #expect(turn.latency[.firstSound] == .milliseconds(300))
        #expect(try #require(turn.latency[.firstSent]) > .seconds(4))
        talk.disconnect()
        talk.loop.advance(by: .seconds(60))
        #expect(talk.loop.pendingTimers == 0)
    }

    @Test("With slow speech the phrase comes when it is made; a session that ends meanwhile leaves nothing behind")
    func slow() throws {
        let talk = talk(speech: .milliseconds(400))
        let start = talk.loop.now
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(2))
        let heard = try #require(talk.first("response.output_audio.delta")).at - start
        #expect((.milliseconds(1200)...(.milliseconds(1300))).contains(heard), "\(heard)")

        let gone = self.talk(speech: .milliseconds(400))
        gone.send(#"{"type":"response.create"}"#)
        gone.loop.advance(by: .milliseconds(500))
        gone.disconnect()
        gone.loop.advance(by: .milliseconds(1))
        #expect(gone.loop.pendingTimers == 0)
    }

    @Test("Typing is heard until the answer, made without a phrase")
    func typing() throws {
        let talk = talk(
            {
                $0.behavior.acknowledgement.isEnabled = false
                $0.behavior.typingSound.isEnabled = true
            }, speech: .milliseconds(30))
        let start = talk.loop.now
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(2))
        let frames = talk.connection.frames.filter { $0.type == "response.output_audio.delta" }
        #expect(try #require(frames.first).at - start == .milliseconds(300))
        #expect(frames.count >= 84 && frames.count <= 90)
        #expect(talk.observer.turns.isEmpty)
    }
}
