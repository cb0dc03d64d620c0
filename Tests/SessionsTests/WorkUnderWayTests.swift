import Budgets
import Core
import Foundation
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

@Suite("Work under way is bounded") struct WorkUnderWayTests {
    private static let beside =
        #"{"type":"response.create","event_id":"e","response":{"conversation":"none","output_modalities":["text"],"input":[]}}"#
    private static var spokenItem: String {
        let audio = LiveSession.audio(milliseconds: 100, loud: true).base64EncodedString()
        return #"{"type":"conversation.item.create","event_id":"i","item":{"type":"message","role":"user","#
            + #""content":[{"type":"input_audio","audio":"\#(audio)"}]}}"#
    }

    @Test("Eight responses run at once; the ninth is refused by name, and one is let in when one is done")
    func responses() throws {
        let live = LiveSession(llm: { $0.delay = .seconds(1_000) })
        for _ in 0..<8 { live.send(Self.beside) }
        #expect(live.first("error") == nil, "one step beneath the bound nothing is noticed")
        #expect(live.prompts.values.count == 8)
        live.send(Self.beside)
        let error = try #require(live.last("error"))
        #expect(error.string("error", "code") == "rate_limit_exceeded")
        #expect(error.string("error", "type") == "rate_limit_error")
        #expect(error.string("error", "event_id") == "e")
        #expect(error.string("error", "message")?.contains("8 responses") == true)
        #expect(live.prompts.values.count == 8, "nobody was asked")
        #expect(live.observer.refusals.map(\.kind) == [.response])
        let id = try #require(live.first("response.created")?.string("response", "id"))
        live.send(#"{"type":"response.cancel","response_id":"\#(id)"}"#)
        live.send(Self.beside)
        #expect(live.connection.frames.count { $0.type == "response.created" } == 9)
    }

    @Test("Create and cancel in turn ask the model as often as the gate allows, and the rest fails by name")
    func createAndCancel() throws {
        let live = LiveSession(llm: { $0.delay = .seconds(1_000) })
        for _ in 0..<300 {
            live.send(Self.beside)
            let id = try #require(live.last("response.created")?.string("response", "id"))
            live.send(#"{"type":"response.cancel","response_id":"\#(id)"}"#)
            live.loop.advance(by: .milliseconds(10))
        }
        #expect(live.prompts.values.count <= 20 + 3 * 20)
        #expect(live.prompts.values.count >= 20 + 3 * 19)
        let failed = try #require(
            live.connection.frames.last {
                $0.type == "response.done" && $0.string("response", "status") == "failed"
            })
        #expect(failed.string("response", "status_details", "error", "code") == "rate_limit_exceeded")
        #expect(failed.string("response", "status_details", "error", "type") == "rate_limit_error")
        #expect(live.observer.failures.isEmpty, "no provider is to blame")
        #expect(live.observer.refusals.contains { $0.bound == .sessionRate })
    }

    @Test("Sixteen items are transcribed at once; the next one is refused and leaves nothing behind")
    func items() throws {
        let live = LiveSession(stt: { $0.delay = .seconds(1_000) })
        for _ in 0..<16 { live.send(Self.spokenItem) }
        #expect(live.first("error") == nil)
        live.send(Self.spokenItem)
        let error = try #require(live.last("error"))
        #expect(error.string("error", "code") == "rate_limit_exceeded")
        #expect(error.string("error", "event_id") == "i")
        #expect(live.connection.frames.count { $0.type == "conversation.item.added" } == 16)
        #expect(live.observer.refusals.map(\.kind) == [.transcription])
    }

    @Test("A commit beyond the transcriptions is refused and keeps its audio")
    func commits() throws {
        let live = LiveSession(configure: { $0.input.turnDetection = nil }, stt: { $0.delay = .seconds(1_000) })
        for _ in 0..<16 { live.send(Self.spokenItem) }
        live.append(LiveSession.audio(milliseconds: 200, loud: true))
        live.send(#"{"type":"input_audio_buffer.commit","event_id":"c"}"#)
        let error = try #require(live.last("error"))
        #expect(error.string("error", "code") == "rate_limit_exceeded")
        #expect(error.string("error", "event_id") == "c")
        #expect(live.first("input_audio_buffer.committed") == nil)
        live.loop.advance(by: .seconds(30))
        live.send(#"{"type":"input_audio_buffer.commit"}"#)
        #expect(live.first("input_audio_buffer.committed") != nil, "the others are over, and the audio is still there")
    }

    @Test("A spoken turn beyond the responses ends in a failed response")
    func spokenTurn() throws {
        let live = LiveSession(llm: { $0.delay = .seconds(1_000) })
        for _ in 0..<8 { live.send(Self.beside) }
        live.say(milliseconds: 600, loud: true)
        live.say(milliseconds: 1_000, loud: false)
        live.loop.advance(by: .seconds(1))
        let done = try #require(live.last("response.done"))
        #expect(done.string("response", "status") == "failed")
        #expect(done.string("response", "status_details", "error", "code") == "rate_limit_exceeded")
    }

    @Test("A spoken turn beyond the transcriptions ends in a failed response")
    func spokenTurnBeyondTranscriptions() throws {
        let live = LiveSession(stt: { $0.delay = .seconds(1_000) })
        for _ in 0..<16 { live.send(Self.spokenItem) }
        live.say(milliseconds: 600, loud: true)
        live.say(milliseconds: 1_000, loud: false)
        live.loop.advance(by: .seconds(1))
        let done = try #require(live.last("response.done"))
        #expect(done.string("response", "status") == "failed")
        #expect(done.string("response", "status_details", "error", "code") == "rate_limit_exceeded")
    }
}
