import Core
import Foundation
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

@Suite("A client that reads too slowly") struct SlowListenerTests {
    /// Long answers at once: 200 sentences from a model without delay.
    private func talk() -> LiveSession {
        LiveSession(llm: { model in
            model.delay = .milliseconds(1)
            model.words = Array(repeating: "Some words. ", count: 200)
        })
    }

    private func audio(_ talk: LiveSession) -> Int {
        talk.connection.frames.reduce(0) { sum, frame in
            guard frame.type == "response.output_audio.delta", let text = frame.string("delta") else { return sum }
            return sum + (Data(base64Encoded: text)?.count ?? 0)
        }
    }

    @Test("gets no more audio until it has read what waits, and synthesis waits too")
    func heldBack() {
        let talk = talk()
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(2))
        talk.setReading(false)
        talk.loop.advance(by: .milliseconds(100))
        let (sent, spoken) = (audio(talk), talk.spoken.values.count)
        talk.loop.advance(by: .seconds(9))
        #expect(audio(talk) == sent)
        // What may wait is synthesised, then nothing more.
        let waiting = talk.spoken.values.count
        #expect(waiting - spoken <= 8)
        talk.loop.advance(by: .seconds(15))
        #expect(talk.spoken.values.count == waiting)
        #expect(talk.connection.closes.isEmpty)
        #expect(talk.last("response.done") == nil)
    }

    @Test("gets every byte in the end")
    func caughtUp() {
        let (slow, fast) = (talk(), talk())
        for talk in [slow, fast] { talk.send(#"{"type":"response.create"}"#) }
        for _ in 0..<10 {
            slow.loop.advance(by: .seconds(1))
            slow.setReading(false)
            slow.loop.advance(by: .seconds(5))
            slow.setReading(true)
        }
        for talk in [slow, fast] { talk.loop.advance(by: .seconds(300)) }
        #expect(slow.last("response.done")?.string("response", "status") == "completed")
        #expect(audio(slow) == audio(fast))
        #expect(audio(slow) > 200 * 48_000 / 2)
    }

    @Test("still hears of everything else, and may interrupt")
    func otherEvents() {
        let talk = talk()
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(1))
        talk.setReading(false)
        talk.loop.advance(by: .seconds(1))
        talk.send(#"{"type":"response.cancel"}"#)
        #expect(talk.last("response.done")?.string("response", "status") == "cancelled")
        talk.send(#"{"type":"session.update","session":{"type":"realtime"}}"#)
        #expect(talk.connection.frames.last?.type == "session.updated")
    }

    @Test("is closed when it reads too little for too long")
    func closed() {
        let talk = talk()
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(1))
        talk.setReading(false)
        talk.loop.advance(by: .seconds(29))
        #expect(talk.connection.closes.isEmpty)
        talk.loop.advance(by: .seconds(2))
        #expect(talk.connection.closes == [1013])
        #expect(talk.observer.endings == [.clientTooSlow])
        #expect(talk.last("error")?.string("error", "code") == "client_too_slow")
        #expect(talk.loop.pendingTimers == 0)
    }
}
