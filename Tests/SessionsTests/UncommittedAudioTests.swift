import Foundation
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// Audio that is in no turn: what a commit and a prefix take of it is what events and `usage` say.
@Suite("Audio before a turn") struct UncommittedAudioTests {
    private func usage(_ talk: LiveSession) -> Double? {
        let frame = talk.last("conversation.item.input_audio_transcription.completed")
        return frame?.value(["usage", "seconds"]) as? Double
    }

    private func talk(_ change: (inout ServerVAD) -> Void = { _ in }) -> LiveSession {
        var vad = ServerVAD()
        vad.threshold = 1
        vad.createResponse = false
        change(&vad)
        return LiveSession(
            configure: { configuration in
                configuration.input.turnDetection = .serverVAD(vad)
                configuration.input.transcription = TranscriptionSettings()
            }, stt: { $0.givesPartials = false })
    }

    @Test(
        "A commit while turns are detected takes all audio since the last turn, at most 30 s",
        arguments: [1, 10, 29, 45])
    func commit(seconds: Int) {
        let talk = talk()
        talk.say(milliseconds: seconds * 1000, loud: true)
        talk.send(#"{"type":"input_audio_buffer.commit"}"#)
        talk.loop.advance(by: .seconds(1))
        let expected = min(seconds, 30)
        #expect(usage(talk) == Double(expected))
        #expect(talk.heard.values.count == 1)
        for samples in talk.heard.values { #expect((expected * 16_000 - 32...expected * 16_000).contains(samples)) }
        talk.say(milliseconds: 400, loud: true)
        talk.send(#"{"type":"input_audio_buffer.commit"}"#)
        talk.loop.advance(by: .seconds(1))
        #expect(usage(talk) == 0.4 && talk.heard.values.last.map { abs($0 - 6_400) <= 32 } == true)
    }

    @Test("The item of an idle timeout holds what its event and usage say")
    func idleTimeout() {
        let talk = talk {
            $0.createResponse = true
            $0.idleTimeout = .seconds(5)
        }
        talk.send(#"{"type":"response.create"}"#)
        talk.say(milliseconds: 50_000, loud: true)
        talk.loop.advance(by: .seconds(1))
        guard let frame = talk.first("input_audio_buffer.timeout_triggered"),
            let start = frame.body["audio_start_ms"] as? Int, let end = frame.body["audio_end_ms"] as? Int
        else {
            Issue.record("no timeout: \(talk.types)")
            return
        }
        #expect(talk.heard.values.first.map { abs($0 - (end - start) * 16) <= 32 } == true)
        #expect(end - start <= 30_000)
    }

    @Test("A turn begins with as much prefix as was accepted", arguments: [0, 300, 2_500, 5_000, 10_000])
    func prefix(milliseconds: Int) {
        let talk = talk {
            $0.threshold = 0.5
            $0.prefixPadding = .milliseconds(milliseconds)
        }
        talk.say(milliseconds: 11_000, loud: false)
        talk.say(milliseconds: 1_000, loud: true)
        talk.say(milliseconds: 1_000, loud: false)
        talk.loop.advance(by: .seconds(1))
        let start = talk.first("input_audio_buffer.speech_started")?.body["audio_start_ms"] as? Int
        let end = talk.first("input_audio_buffer.speech_stopped")?.body["audio_end_ms"] as? Int
        guard let start, let end else {
            Issue.record("no turn")
            return
        }
        #expect(abs(start - (11_000 - milliseconds)) <= 40)
        #expect(talk.heard.values.first.map { abs($0 - (end - start) * 16) <= 640 } == true, "\(talk.heard.values)")
    }

    @Test("What waited for a commit when the detector is switched on is in no turn, and a commit still takes it")
    func unfinished() {
        let talk = talk()
        let update = #"{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":"#
        talk.send(update + "null}}}}")
        talk.say(milliseconds: 4_000, loud: true)
        talk.send(update + #"{"type":"server_vad","threshold":1,"create_response":false,"idle_timeout_ms":5000}}}}}"#)
        talk.say(milliseconds: 2_000, loud: true)
        talk.send(#"{"type":"input_audio_buffer.commit"}"#)
        talk.loop.advance(by: .seconds(1))
        #expect(usage(talk) == 6)
        #expect(talk.heard.values.last.map { abs($0 - 96_000) <= 64 } == true, "\(talk.heard.values)")
    }

    @Test("Speech that goes on while the detector is switched on stays one turn")
    func oneTurn() {
        let talk = talk { $0.threshold = 0.5 }
        let update = #"{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":"#
        talk.send(update + "null}}}}")
        talk.say(milliseconds: 4_000, loud: true)
        talk.send(update + #"{"type":"server_vad","create_response":false}}}}}"#)
        talk.say(milliseconds: 1_000, loud: true)
        talk.say(milliseconds: 1_000, loud: false)
        talk.loop.advance(by: .seconds(1))
        #expect(talk.first("input_audio_buffer.speech_started")?.body["audio_start_ms"] as? Int == 0)
        #expect(talk.heard.values.last.map { $0 > 5_300 * 16 } == true, "\(talk.heard.values)")
    }

    @Test("A commit and a clear leave the idle timeout armed", arguments: ["commit", "clear"])
    func idleTimeoutArmed(event: String) {
        let talk = talk { $0.idleTimeout = .seconds(5) }
        talk.say(milliseconds: 1_000, loud: true)
        talk.send(#"{"type":"input_audio_buffer.\#(event)"}"#)
        talk.say(milliseconds: 6_000, loud: false)
        #expect(talk.first("input_audio_buffer.timeout_triggered") != nil)
    }
}
