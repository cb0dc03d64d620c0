import Budgets
import Core
import Foundation
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// How much of a client's input a session takes up in one turn of the loop, and in what order.
@Suite("Input in pieces") struct IntakeTests {
    private static func manual(_ configuration: inout SessionConfiguration) { configuration.input.turnDetection = nil }

    private static func appendFrame(_ audio: Data) -> [UInt8] {
        Array(#"{"type":"input_audio_buffer.append","audio":"\#(audio.base64EncodedString())"}"#.utf8)
    }

    /// Frames that come in one turn of the loop.
    private func sendAtOnce(_ talk: LiveSession, _ frames: [String]) {
        talk.sendTogether(frames.map { Array($0.utf8) })
    }

    @Test("A long append gives way to the other work of the loop, and what follows it waits behind it")
    func longAppend() {
        let talk = LiveSession(configure: Self.manual)
        let frames = [
            Self.appendFrame(LiveSession.audio(milliseconds: 60_000, loud: true)),
            Array(#"{"type":"input_audio_buffer.commit"}"#.utf8),
        ]
        let before = talk.loop.turn
        talk.sendTogether(frames)
        #expect(talk.loop.turn - before > 100, "60 s of audio in \(talk.loop.turn - before) turns")
        #expect(talk.first("error") == nil)
        #expect(talk.first("input_audio_buffer.committed") != nil)
        talk.loop.advance(by: .seconds(1))
        let heard = talk.heard.values.map { $0 / 16 }
        #expect(heard.count == 1 && heard.allSatisfy { (59_980...60_000).contains($0) }, "heard \(heard) ms")
        #expect(talk.connection.holds.last == false)
    }

    @Test("Another session is served between the pieces of a long append")
    func otherSessions() {
        let talk = LiveSession(configure: Self.manual)
        let order = LoopLog<String>()
        let connection = talk.connection
        let isOpen: @Sendable () -> Bool = {
            connection.frames.allSatisfy { $0.type != "input_audio_buffer.committed" }
        }
        talk.loop.run {
            talk.receive(Self.appendFrame(LiveSession.audio(milliseconds: 60_000, loud: true)))
            talk.receive(Array(#"{"type":"input_audio_buffer.commit"}"#.utf8))
            talk.loop.execute { order.append("other: \(isOpen())") }
            talk.loop.schedule(at: talk.loop.now) {
                order.append("timer: \(isOpen())")
            }
        }
        #expect(order.values == ["other: true", "timer: true"])
    }

    @Test("Many small frames of one read are taken up over several turns, in order, each answered")
    func smallFrames() {
        let talk = LiveSession()
        let before = talk.loop.turn
        sendAtOnce(talk, (0..<400).map { #"{"type":"nothing","event_id":"e\#($0)"}"# })
        #expect(talk.loop.turn - before > 20)
        let ids = talk.connection.frames.filter { $0.type == "error" }.compactMap { $0.string("error", "event_id") }
        #expect(ids == (0..<400).map { "e\($0)" })
    }

    @Test("After a burst of 1,000 events each further one is refused by name, until time has passed")
    func events() {
        let talk = LiveSession()
        let event = #"{"type":"input_audio_buffer.clear"}"#
        sendAtOnce(talk, Array(repeating: event, count: 1000))
        #expect(talk.first("error") == nil)
        sendAtOnce(talk, (0..<3).map { #"{"type":"input_audio_buffer.clear","event_id":"late\#($0)"}"# })
        let errors = talk.connection.frames.filter { $0.type == "error" }
        #expect(errors.map { $0.string("error", "code") } == Array(repeating: "rate_limit_exceeded", count: 3))
        #expect(errors.map { $0.string("error", "event_id") } == ["late0", "late1", "late2"])
        talk.loop.advance(by: .seconds(1))
        sendAtOnce(talk, Array(repeating: event, count: 100))
        #expect(talk.connection.frames.filter { $0.type == "error" }.count == 3)
        sendAtOnce(talk, [event])
        #expect(talk.connection.frames.filter { $0.type == "error" }.count == 4)
    }

    @Test("Appends do not count as events, and none is refused")
    func appends() {
        let talk = LiveSession(configure: Self.manual)
        let frame = Self.appendFrame(LiveSession.audio(milliseconds: 20, loud: false))
        talk.sendTogether(Array(repeating: frame, count: 3000))
        talk.send(#"{"type":"input_audio_buffer.commit"}"#)
        #expect(talk.first("error") == nil && talk.first("input_audio_buffer.committed") != nil)
    }

    @Test("Audio beyond the lead waits for its rate, and nothing of it is refused")
    func rate() {
        var settings = SessionSettings()
        settings.budgets.audio = RateLimit(perSecond: 20, burst: 10)
        let talk = LiveSession(configure: Self.manual, settings: settings)
        let frame = Self.appendFrame(LiveSession.audio(milliseconds: 30_000, loud: true))
        talk.sendTogether([frame, Array(#"{"type":"input_audio_buffer.commit"}"#.utf8)])
        #expect(talk.first("input_audio_buffer.committed") == nil && talk.connection.holds == [true])
        talk.loop.advance(by: .milliseconds(900))
        #expect(talk.first("input_audio_buffer.committed") == nil)
        talk.loop.advance(by: .milliseconds(200))
        #expect(talk.first("input_audio_buffer.committed") != nil && talk.first("error") == nil)
        #expect(talk.connection.holds == [true, false])
    }

    @Test("When the session ends in the middle of an append, nothing of the rest is heard")
    func endInTheMiddle() {
        var settings = SessionSettings()
        settings.budgets.audio = RateLimit(perSecond: 20, burst: 10)
        let talk = LiveSession(configure: Self.manual, settings: settings)
        talk.sendTogether([
            Self.appendFrame(LiveSession.audio(milliseconds: 30_000, loud: true)),
            Array(#"{"type":"input_audio_buffer.commit"}"#.utf8),
        ])
        talk.disconnect()
        let turn = talk.loop.turn
        talk.loop.advance(by: .seconds(5))
        #expect(talk.loop.turn == turn)
        #expect(talk.first("input_audio_buffer.committed") == nil)
        #expect(talk.loop.pendingTimers == 0)
    }

    @Test("A message that did not end in time ends the session with an error and 1008")
    func overdue() {
        let talk = LiveSession()
        talk.end(.messageOverdue)
        #expect(talk.first("error")?.string("error", "code") == "invalid_event")
        #expect(talk.connection.closes == [1008])
    }

    @Test("A message that has to make room ends the session with an error and 1008")
    func crowdedOut() {
        let talk = LiveSession()
        talk.end(.crowdedOut)
        #expect(talk.first("error")?.string("error", "code") == "rate_limit_exceeded")
        #expect(talk.connection.closes == [1008])
    }

    @Test("A large frame is read elsewhere, and what comes after it waits, whatever it is")
    func largeFrame() {
        let talk = LiveSession(configure: Self.manual, readingTime: .milliseconds(30))
        talk.sendTogether([
            Self.appendFrame(LiveSession.audio(milliseconds: 4000, loud: true)),
            Array(#"{"type":"input_audio_buffer.commit"}"#.utf8), Array("{}".utf8),
        ])
        #expect(talk.first("input_audio_buffer.committed") == nil && talk.first("error") == nil)
        #expect(talk.connection.holds == [true])
        talk.loop.advance(by: .milliseconds(40))
        let types = talk.types.filter { ["input_audio_buffer.committed", "error"].contains($0) }
        #expect(types == ["input_audio_buffer.committed", "error"])
        #expect(talk.connection.holds == [true, false])
        talk.loop.advance(by: .seconds(1))
        let heard = talk.heard.values.map { $0 / 16 }
        #expect(heard.count == 1 && heard.allSatisfy { (3980...4000).contains($0) }, "heard \(heard) ms")
    }

    @Test("A large frame that cannot be read earns the error that a small one would, with its event_id")
    func largeFault() throws {
        let junk = String(repeating: "!", count: 200_000)
        let frames = [
            #"{"type":"input_audio_buffer.append","event_id":"a","audio":"\#(junk)"}"#,
            #"{"type":"conversation.item.create","event_id":"b","item":{"type":"message","role":"user","content":[{"type":"input_audio","audio":"\#(junk)"}]}}"#,
            #"{"type":"\#(junk)","event_id":"c"}"#, #"{"event_id":"d","x":"\#(junk)"}"#, junk,
        ]
        let here = errors(of: frames, readingTime: nil)
        let elsewhere = errors(of: frames, readingTime: .milliseconds(1))
        #expect(here.count == frames.count && here == elsewhere)
        #expect(elsewhere.map(\.last) == ["a", "b", "c", "d", ""])
    }

    private func errors(of frames: [String], readingTime: Duration?) -> [[String]] {
        let talk = LiveSession(readingTime: readingTime)
        for frame in frames {
            talk.send(frame)
            talk.loop.advance(by: .milliseconds(10))
        }
        let fields = ["code", "message", "param", "event_id"]
        return talk.connection.frames.filter { $0.type == "error" }
            .map { frame in fields.map { frame.string("error", $0) ?? "" } }
    }

    @Test("Items in the making and large texts keep their place")
    func largeItems() {
        let talk = LiveSession(readingTime: .milliseconds(30))
        let text = String(repeating: "word ", count: 40_000)
        talk.sendTogether(
            [text, "short"].map {
                Array(
                    #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"\#($0)"}]}}"#
                        .utf8)
            })
        talk.loop.advance(by: .milliseconds(40))
        let added = talk.connection.frames.filter { $0.type == "conversation.item.added" }
        let texts = added.compactMap { frame in
            ((frame.value(["item", "content"]) as? [[String: Any]])?.first?["text"] as? String)?.utf8.count
        }
        #expect(texts == [text.utf8.count, 5])
    }

    @Test("A session that ends while its frame is read does nothing with it")
    func endWhileReading() {
        let talk = LiveSession(configure: Self.manual, readingTime: .milliseconds(30))
        talk.sendTogether([
            Self.appendFrame(LiveSession.audio(milliseconds: 4000, loud: true)),
            Array(#"{"type":"input_audio_buffer.commit"}"#.utf8),
        ])
        talk.disconnect()
        talk.loop.advance(by: .seconds(1))
        #expect(talk.first("input_audio_buffer.committed") == nil)
        #expect(talk.loop.pendingTimers == 0)
    }

    @Test(
        "All sessions together take up a bounded number of frames in one turn; each of the rest has a turn of its own")
    func manySessions() {
        let loop = VirtualTimeLoop()
        let shared = SharedIntake()
        let talks = (0..<100).map { _ in LiveSession(loop: loop, sharedIntake: shared) }
        let counts = LoopLog<Int>()
        let event = Array(#"{"type":"input_audio_buffer.clear"}"#.utf8)
        let cleared = { @Sendable [connections = talks.map(\.connection)] in
            connections.count { $0.frames.contains { $0.type == "input_audio_buffer.cleared" } }
        }
        loop.run {
            for talk in talks { talk.receive(event) }
            counts.append(cleared())
        }
        #expect(counts.values == [WorkerBudgets().piecesPerTurn] && cleared() == 100)
    }

    @Test("An item with half an hour of telephone audio is transcribed whole, in pieces")
    func longItem() {
        let talk = LiveSession(configure: { $0.input.format = .g711MuLaw })
        let audio = Data(repeating: 0xFF, count: 8000 * 1900)
        let before = talk.loop.turn
        talk.send(
            #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_audio","audio":"\#(audio.base64EncodedString())"}]}}"#
        )
        #expect(talk.loop.turn - before > 100)
        talk.loop.advance(by: .seconds(1))
        let heard = talk.heard.values.map { $0 / 16_000 }
        #expect(heard == [1899] || heard == [1900], "heard \(heard) s")
    }

    @Test("A turn that the longest turn ends has all its audio, and the next one begins where it ended")
    func forcedEnd() {
        var settings = SessionSettings()
        settings.maximumTurn = .seconds(2)
        let talk = LiveSession(configure: Self.manual, settings: settings)
        talk.say(milliseconds: 6000, loud: true)
        talk.loop.advance(by: .seconds(1))
        let heard = talk.heard.values.map { $0 / 16 }
        #expect(heard.count == 3 && heard.reduce(0, +) >= 5985, "heard \(heard) ms")
    }

    @Test("While much waits for a client to read it, nothing more of it is taken up, and then all in order")
    func overfull() {
        let talk = LiveSession(configure: Self.manual)
        talk.connection.isOverfull = true
        sendAtOnce(talk, (0..<40).map { #"{"type":"conversation.item.retrieve","item_id":"none","event_id":"e\#($0)"}"# })
        talk.loop.advance(by: .seconds(1))
        #expect(talk.first("error") == nil && talk.connection.holds.last == true)
        talk.connection.isOverfull = false
        talk.setReading(true)
        let answered = talk.connection.frames.filter { $0.type == "error" }.compactMap { $0.string("error", "event_id") }
        #expect(answered == (0..<40).map { "e\($0)" })
        #expect(talk.connection.holds.last == false)
    }
}
