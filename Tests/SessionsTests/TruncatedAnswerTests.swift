import Core
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

@Suite("An answer in progress that the client truncates, or whose settings change") struct TruncatedAnswerTests {
    private func truncate(_ talk: LiveSession) {
        guard let item = talk.first("response.output_item.added")?.string("item", "id") else {
            Issue.record("nothing is said")
            return
        }
        talk.send(#"{"type":"conversation.item.truncate","item_id":"\#(item)","content_index":0,"audio_end_ms":100}"#)
    }

    private func talk(words: Int, delay: Duration) -> LiveSession {
        let talk = LiveSession(llm: { model in
            model.words = (0..<words).map { "word number \($0) here. " }
            model.delay = delay
        })
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(2))
        return talk
    }

    @Test("Speech stops being synthesised at once, and the conversation is free when the model is through")
    func synthesis() {
        let talk = talk(words: 30, delay: .milliseconds(50))
        truncate(talk)
        let asked = talk.spoken.values.count
        talk.loop.advance(by: .milliseconds(20))
        #expect(talk.last("response.done")?.string("response", "status") == "completed")
        talk.loop.advance(by: .seconds(60))
        #expect(talk.spoken.values.count == asked && asked < 30)
        talk.send(#"{"type":"response.create"}"#)
        #expect(talk.types.last == "response.created")
    }

    @Test("A model that goes on writing is stopped after a while, and the response has not failed")
    func slowModel() {
        let talk = talk(words: 100, delay: .milliseconds(900))
        truncate(talk)
        let asked = talk.spoken.values.count
        talk.loop.advance(by: .milliseconds(4_800))
        #expect(talk.first("response.done") == nil)
        talk.loop.advance(by: .milliseconds(300))
        #expect(talk.last("response.done")?.string("response", "status") == "completed")
        #expect(talk.modelCancelled.values.count == 1 && talk.spoken.values.count == asked)
    }

    @Test("Tool calls after the truncation go out")
    func toolCalls() {
        let talk = ScriptedConversation()
        talk.client(.responseCreate(ResponseRequest()))
        talk.spoken("Let me look that up.", milliseconds: 3000)
        talk.advance(500)
        guard let id = talk.response, let item = talk.items.last?.id else {
            Issue.record("nothing is said")
            return
        }
        talk.client(.itemTruncate(item, contentIndex: 0, audioEnd: .milliseconds(200)))
        talk.advance(3_000)
        talk.input(.response(id, .toolCallStarted(index: 0, name: "look")))
        talk.input(.response(id, .toolCallArgumentsDelta(index: 0, delta: "{}")))
        talk.advance(6_000)
        #expect(talk.done == nil)
        talk.input(.response(id, .modelFinished(LanguageModelResult(finishReason: .toolCalls))))
        #expect(talk.done?.status == .completed && talk.done?.output.count == 2)
        #expect(talk.actions.contains(.stopSpeech(id)))
    }

    @Test("A response uses what was set when it was created, whatever is set before its transcript comes")
    func snapshot() {
        let talk = ScriptedConversation { configuration in
            configuration.instructions = "A"
            configuration.input.turnDetection = nil
        }
        talk.append(200)
        talk.client(.inputAudioCommit)
        talk.client(.responseCreate(ResponseRequest()))
        var update = SessionUpdate()
        update.instructions = "B"
        update.toolChoice = .required
        update.tools = [.function(FunctionTool(name: "look"))]
        update.truncation = .disabled
        talk.client(.sessionUpdate(update))
        if let item = talk.committedItem { talk.input(.transcriptFinal(item, Transcript(text: "hello"))) }
        let plan = talk.response.flatMap { talk.plans[$0] }
        #expect(plan?.model.tools.isEmpty == true && plan?.language == nil)
        #expect(plan?.model.messages == [.system("A"), .user([.text("hello")])])
        #expect(plan?.model.toolChoice == .auto)
    }

    @Test("What was cut stays cut: a second truncation cannot be longer than the first")
    func twice() throws {
        let talk = talk(words: 100, delay: .milliseconds(900))
        truncate(talk)
        let item = try #require(talk.first("response.output_item.added")?.string("item", "id"))
        talk.send(#"{"type":"conversation.item.truncate","item_id":"\#(item)","content_index":0,"audio_end_ms":1500}"#)
        #expect(talk.last("error")?.string("error", "param") == "audio_end_ms")
    }
}
