import Core
import Foundation
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// The whole session in virtual time: codec, detector, state machine and provider tasks together.
@Suite("Session") struct SessionTests {
    @Test("A spoken turn is heard, thought about and answered while the model still writes")
    func spokenTurn() throws {
        let talk = LiveSession { $0.input.transcription = TranscriptionSettings(model: "m") }
        talk.say(milliseconds: 600, loud: false)
        talk.say(milliseconds: 1000, loud: true)
        talk.say(milliseconds: 700, loud: false)
        talk.loop.advance(by: .seconds(5))
        #expect(
            talk.types.filter { !$0.contains("delta") } == [
                "session.created", "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped",
                "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done", "response.created",
                "conversation.item.input_audio_transcription.completed", "response.output_item.added",
                "conversation.item.added", "response.content_part.added", "response.output_audio.done",
                "response.output_audio_transcript.done", "response.content_part.done", "conversation.item.done",
                "response.output_item.done", "response.done",
            ])
        #expect(talk.prompts.values.first?.messages == [.user([.text("hello there")])])
        #expect(talk.spoken.values.map(\.text) == ["Hello to you.", "How are you?"])
        #expect(talk.last("response.done")?.string("response", "status") == "completed")
        let turn = try #require(talk.observer.turns.first)
        #expect(turn.outcome == .answered)
        #expect(turn.latency[.engine] == .zero)
    }

    @Test("Speech-to-text gets the turn's audio with its prefix padding, and none of the silence before")
    func audioOfTheTurn() throws {
        let talk = LiveSession()
        talk.say(milliseconds: 3000, loud: false)
        talk.say(milliseconds: 1000, loud: true)
        talk.say(milliseconds: 700, loud: false)
        talk.loop.advance(by: .seconds(1))
        let samples = try #require(talk.heard.values.first)
        #expect((1700 * 16...1950 * 16).contains(samples), "heard \(samples / 16) ms")
    }

    @Test("A click is no turn")
    func click() {
        let talk = LiveSession()
        talk.say(milliseconds: 300, loud: false)
        talk.say(milliseconds: 20, loud: true)
        talk.say(milliseconds: 1500, loud: false)
        #expect(talk.types == ["session.created"])
    }

    @Test("Threshold and silence duration are those of this session")
    func silenceDuration() throws {
        for silence in [200, 900] {
            let talk = LiveSession()
            talk.send(
                """
                {"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":
                {"type":"server_vad","silence_duration_ms":\(silence),"threshold":0.6,"prefix_padding_ms":100}}}}}
                """)
            talk.say(milliseconds: 500, loud: true)
            let end = talk.loop.now
            talk.say(milliseconds: 1500, loud: false)
            let stopped = try #require(talk.first("input_audio_buffer.speech_stopped"))
            let wait = (stopped.at - end).wholeMilliseconds
            #expect((silence - 40...silence + 60).contains(wait), "waited \(wait) ms")
        }
        let deaf = LiveSession()
        deaf.send(
            """
            {"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":
            {"type":"server_vad","threshold":0.95}}}}}
            """)
        deaf.say(milliseconds: 800, loud: true)
        #expect(deaf.types == ["session.created", "session.updated"])
    }

    @Test("The operator's turn detection holds for what the client leaves out, and for semantic detection")
    func operatorsTurnDetection() throws {
        var settings = SessionSettings()
        settings.turnDetection.silenceDuration = .milliseconds(1000)
        settings.turnDetection.threshold = 0.95
        let deaf = LiveSession(settings: settings)
        for detection in [#"{"type":"server_vad","silence_duration_ms":300}"#, #"{"type":"semantic_vad"}"#] {
            let session = #"{"type":"realtime","audio":{"input":{"turn_detection":\#(detection)}}}"#
            deaf.send(#"{"type":"session.update","session":\#(session)}"#)
            deaf.say(milliseconds: 800, loud: true)
        }
        #expect(deaf.types == ["session.created", "session.updated"])
        settings.turnDetection.threshold = 0.5
        let slow = LiveSession(settings: settings)
        let session = #"{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad"}}}}"#
        slow.send(#"{"type":"session.update","session":\#(session)}"#)
        slow.say(milliseconds: 500, loud: true)
        let end = slow.loop.now
        slow.say(milliseconds: 1500, loud: false)
        let wait = (try #require(slow.first("input_audio_buffer.speech_stopped")).at - end).wholeMilliseconds
        #expect((960...1060).contains(wait), "waited \(wait) ms")
    }

    @Test("Barge-in stops the audio at once and aborts the model")
    func bargeIn() throws {
        let talk = LiveSession(llm: { $0.words = Array(repeating: "word. ", count: 200) })
        talk.send(#"{"type":"response.create"}"#)
        talk.say(milliseconds: 1500, loud: false)
        let speech = talk.loop.now
        talk.say(milliseconds: 400, loud: true)
        let done = try #require(talk.first("response.done"))
        #expect(done.string("response", "status") == "cancelled")
        #expect(done.at - speech < .milliseconds(130))
        #expect(talk.modelCancelled.values.first == done.at)
        let audio = try #require(talk.connection.frames.last { $0.type == "response.output_audio.delta" })
        #expect(audio.at <= done.at)
    }

    @Test("A model that breaks after its first words fails the response, and the session goes on")
    func modelBreaks() {
        let talk = LiveSession(llm: { $0.failAfter = 4 })
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(3))
        #expect(talk.last("response.done")?.string("response", "status") == "failed")
        #expect(
            talk.last("response.done")?.string("response", "status_details", "error", "message") == "The model broke.")
        talk.send(#"{"type":"response.create","response":{"output_modalities":["text"]}}"#)
        #expect(talk.last("error") == nil)
        #expect(talk.observer.failures.count == 1)
    }

    @Test("Broken frames are answered by errors with the client's event id and close nothing")
    func brokenFrames() {
        let talk = LiveSession()
        talk.send("no json")
        talk.send(#"{"event_id":"mine","type":"session.updat"}"#)
        talk.send(#"{"event_id":"mine2","type":"input_audio_buffer.append","audio":"***"}"#)
        #expect(talk.connection.frames.filter { $0.type == "error" }.count == 3)
        #expect(talk.last("error")?.string("error", "event_id") == "mine2")
        #expect(talk.connection.closes.isEmpty)
    }

    @Test("When the client leaves, all work stops and no timer is left")
    func disconnect() {
        let talk = LiveSession(llm: { $0.words = Array(repeating: "word. ", count: 200) })
        talk.send(#"{"type":"response.create"}"#)
        talk.say(milliseconds: 1000, loud: false)
        talk.disconnect()
        talk.loop.advance(by: .seconds(1))
        #expect(talk.observer.ended == [SessionID("sess_live")])
        #expect(talk.modelCancelled.values.count == 1)
        #expect(talk.loop.pendingTimers == 0)
        let frames = talk.connection.frames.count
        talk.loop.advance(by: .seconds(10))
        #expect(talk.connection.frames.count == frames)
    }

    @Test("A text response streams the model's words as they come")
    func text() {
        let talk = LiveSession { $0.outputModality = .text }
        talk.send(
            #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}}"#
        )
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .milliseconds(125))
        #expect(talk.connection.frames.filter { $0.type == "response.output_text.delta" }.count == 2)
        talk.loop.advance(by: .seconds(1))
        #expect(talk.last("response.output_text.done")?.string("text") == "Hello to you. How are you?")
        #expect(talk.spoken.values.isEmpty)
    }

    @Test("G.711 output has one byte per sample at 8 kHz")
    func g711() {
        let talk = LiveSession { $0.output.format = .g711MuLaw }
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(5))
        let bytes = talk.connection.frames.reduce(0) { sum, frame in
            guard frame.type == "response.output_audio.delta", let text = frame.string("delta") else { return sum }
            return sum + (Data(base64Encoded: text)?.count ?? 0)
        }
        let milliseconds = ("Hello to you.".count + "How are you?".count) * 60
        #expect(abs(bytes - milliseconds * 8) <= 40)
    }
}
