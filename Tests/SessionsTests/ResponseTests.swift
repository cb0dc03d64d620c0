import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing
import Waveforms

@Suite("Responses") struct ResponseTests {
    private func textTalk(_ configure: (inout SessionConfiguration) -> Void = { _ in }) -> ScriptedConversation {
        let talk = ScriptedConversation {
            $0.outputModality = .text
            configure(&$0)
        }
        talk.client(.itemCreate(.user("hello"), previous: .tail))
        _ = talk.names()
        return talk
    }

    @Test("A text turn follows the order of protocol section 3.2")
    func textTurn() throws {
        let talk = textTalk()
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.input(.response(id, .textDelta("Hello ")))
        talk.input(.response(id, .textDelta("you.")))
        talk.finishResponse(spoken: false)
        #expect(
            talk.names() == [
                "responseCreated", "outputItemAdded", "itemAdded", "contentPartAdded", "outputTextDelta",
                "outputTextDone", "contentPartDone", "itemDone", "outputItemDone", "responseDone",
            ])
        #expect(talk.items.last?.content == .message(role: .assistant, parts: [.outputText("Hello you.")]))
        #expect(talk.done?.output == talk.items.suffix(1))
    }

    @Test("Audio leaves 80 ms ahead at the start, then at most 60 ms ahead, and done comes when it has been heard")
    func pacing() {
        let talk = ScriptedConversation()
        talk.client(.responseCreate(ResponseRequest()))
        let start = talk.now - MonotonicInstant.zero
        talk.spoken("A long sentence.", milliseconds: 1000)
        talk.finishResponse()
        #expect(talk.audioSent == 80)
        for step in 1...100 {
            talk.advance(10)
            #expect(talk.audioSent <= max(80, step * 10 + 60))
            #expect(talk.audioSent >= min(1000, step * 10 + 40))
        }
        talk.advance(100)
        #expect(talk.audioSent == 1000)
        #expect(talk.time(of: "outputAudioDone") == start + .milliseconds(1000))
    }

    @Test("When speech synthesis is slow, playback starts again with the start lead and nothing is lost")
    func underrun() {
        let talk = ScriptedConversation()
        talk.client(.responseCreate(ResponseRequest()))
        talk.spoken("First.", milliseconds: 200)
        talk.advance(1000)
        talk.spoken("Second.", milliseconds: 200)
        #expect(talk.audioSent == 280)
        talk.finishResponse()
        talk.advance(1000)
        #expect(talk.audioSent == 400)
        #expect(talk.time(of: "outputAudioDone") == .milliseconds(1200))
    }

    @Test("Synthesis is held back while enough speech waits, and let go on as it is heard")
    func backPressure() {
        let talk = ScriptedConversation()
        talk.client(.responseCreate(ResponseRequest()))
        talk.spoken("Long.", milliseconds: 6000)
        #expect(!talk.actions.contains { $0.isResume })
        talk.advance(3000)
        #expect(talk.actions.filter { $0.isResume }.count == 1)
    }

    @Test("A response held back by its listener is not taken for a stalled one")
    func heldBackIsNotStalled() {
        let talk = ScriptedConversation()
        talk.client(.responseCreate(ResponseRequest()))
        talk.spoken("Long.", milliseconds: 60_000)
        talk.advance(50_000)
        #expect(talk.done == nil)
    }

    @Test("A second response in the conversation is refused and names the running one; out of band is fine")
    func oneActive() throws {
        let talk = textTalk()
        talk.client(.responseCreate(ResponseRequest()))
        let first = try #require(talk.response)
        talk.client(.responseCreate(ResponseRequest()), id: "second")
        #expect(talk.errors.first?.code == .activeResponse)
        #expect(talk.errors.first?.message.contains(first.rawValue) == true)
        #expect(talk.errors.first?.eventID == "second")
        var request = ResponseRequest()
        request.inConversation = false
        request.metadata = ["topic": "side"]
        talk.client(.responseCreate(request))
        guard let side = talk.response, side != first else {
            Issue.record("no out-of-band response")
            return
        }
        _ = talk.names()
        talk.input(.response(side, .textDelta("aside")))
        talk.input(.response(side, .modelFinished(LanguageModelResult(finishReason: .stop))))
        #expect(
            talk.names() == [
                "outputItemAdded", "contentPartAdded", "outputTextDelta", "outputTextDone", "contentPartDone",
                "outputItemDone", "responseDone",
            ])
        #expect(talk.done?.conversationID == nil)
        #expect(talk.done?.metadata == ["topic": "side"])
        #expect(talk.items.count == 1)
    }

    @Test("response.cancel closes what is open, drops what is queued, and aborts the provider")
    func cancel() {
        let talk = ScriptedConversation()
        talk.client(.responseCreate(ResponseRequest()))
        talk.spoken("One two three four five six seven eight.", milliseconds: 4000)
        talk.advance(1000)
        _ = talk.names()
        talk.client(.responseCancel(nil))
        #expect(
            talk.names() == [
                "outputAudioDone", "outputTranscriptDone", "contentPartDone", "itemDone", "outputItemDone",
                "responseDone",
            ])
        #expect(talk.done?.status == .cancelled(.clientCancelled))
        #expect(talk.items.last?.status == .incomplete)
        #expect(talk.actions.contains { if case .cancelResponse = $0 { true } else { false } })
        talk.spoken("more", milliseconds: 100)
        talk.advance(5000)
        #expect(talk.names().isEmpty)
    }

    @Test("Cancelling when nothing runs is an error whose message starts with 'Cancellation failed'")
    func cancelIdle() {
        let talk = textTalk()
        talk.client(.responseCancel(nil), id: "c")
        #expect(talk.errors.first?.code == .cancelNotActive)
        #expect(talk.errors.first?.message.hasPrefix("Cancellation failed") == true)
    }

    @Test("A tool call follows the order of protocol section 3.5 and its result is accepted")
    func toolCall() throws {
        let talk = textTalk { $0.tools = [.function(FunctionTool(name: "get_time"))] }
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.input(.response(id, .toolCallStarted(index: 0, name: "get_time")))
        talk.input(.response(id, .toolCallArgumentsDelta(index: 0, delta: "{\"a\":")))
        talk.input(.response(id, .toolCallArgumentsDelta(index: 0, delta: "1}")))
        talk.finishResponse(.toolCalls, spoken: false)
        #expect(
            talk.names() == [
                "responseCreated", "outputItemAdded", "itemAdded", "functionArgumentsDelta", "functionArgumentsDone",
                "itemDone", "outputItemDone", "responseDone",
            ])
        guard case .functionCall(let call)? = talk.items.last?.content else {
            Issue.record("no call")
            return
        }
        #expect(call.arguments == "{\"a\":1}")
        #expect(call.callID.rawValue.count <= 32)
        talk.client(
            .itemCreate(
                ConversationItem(id: ItemID(""), content: .functionCallOutput(callID: call.callID, output: "noon")),
                previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        let prompt = talk.response.flatMap { talk.plans[$0] }?.model.messages
        #expect(
            prompt == [
                .user([.text("hello")]),
                .assistant(
                    text: nil,
                    toolCalls: [.init(id: call.callID.rawValue, name: "get_time", arguments: "{\"a\":1}")]),
                .tool(callID: call.callID.rawValue, output: "noon"),
            ])
    }

    @Test("Two calls in one response have their own output index and call id, whatever order their arguments come in")
    func twoCalls() throws {
        let talk = textTalk()
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.input(.response(id, .toolCallStarted(index: 0, name: "a")))
        talk.input(.response(id, .toolCallStarted(index: 1, name: "b")))
        talk.input(.response(id, .toolCallArgumentsDelta(index: 1, delta: "{\"b\":2}")))
        talk.input(.response(id, .toolCallArgumentsDelta(index: 0, delta: "{\"a\":1}")))
        talk.finishResponse(.toolCalls, spoken: false)
        let calls = talk.done?.output.compactMap { item -> FunctionCall? in
            if case .functionCall(let call) = item.content { call } else { nil }
        }
        #expect(calls?.map(\.arguments) == ["{\"a\":1}", "{\"b\":2}"])
        #expect(Set(calls?.map(\.callID) ?? []).count == 2)
        let indices = talk.events.compactMap { event -> Int? in
            if case .outputItemDone(_, let index, _) = event { index } else { nil }
        }
        #expect(indices == [0, 1])
    }

    @Test(
        "Arguments that were cut short are completed, hopeless ones fail the response",
        arguments: [
            ("{\"a\":[1,{\"b\":\"x", "{\"a\":[1,{\"b\":\"x\"}]}"), ("", "{}"), ("{\"a\":1}", "{\"a\":1}"),
            ("{\"a\":}", nil), ("[1]", nil), ("hello", nil),
        ] as [(String, String?)])
    func toolArguments(written: String, expected: String?) throws {
        let talk = textTalk()
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.input(.response(id, .toolCallStarted(index: 0, name: "a")))
        if !written.isEmpty { talk.input(.response(id, .toolCallArgumentsDelta(index: 0, delta: written))) }
        talk.finishResponse(.toolCalls, spoken: false)
        guard case .functionCall(let call)? = talk.done?.output.first?.content else {
            Issue.record("no call")
            return
        }
        if let expected {
            #expect(call.arguments == expected)
            #expect(talk.done?.status == .completed)
        } else {
            guard case .failed? = talk.done?.status else {
                Issue.record("not failed")
                return
            }
            #expect(talk.done?.output.first?.status == .incomplete)
        }
        let deltas = talk.events.compactMap { event -> String? in
            if case .functionArgumentsDelta(_, _, _, _, let delta) = event { delta } else { nil }
        }
        #expect(deltas.joined() == call.arguments)
    }

    @Test("A very long tool result reaches the model cut, with a note")
    func longToolResult() throws {
        let talk = textTalk()
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.input(.response(id, .toolCallStarted(index: 0, name: "a")))
        talk.finishResponse(.toolCalls, spoken: false)
        guard case .functionCall(let call)? = talk.items.last?.content else {
            Issue.record("expected a tool call")
            return
        }
        let long = String(repeating: "x", count: 70_000)
        talk.client(
            .itemCreate(
                ConversationItem(id: ItemID(""), content: .functionCallOutput(callID: call.callID, output: long)),
                previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        guard case .tool(_, let output)? = talk.response.flatMap({ talk.plans[$0] })?.model.messages.last else {
            Issue.record("no tool message")
            return
        }
        #expect(output.hasSuffix("6000 characters were left out.]"))
        #expect(talk.items.last?.content == .functionCallOutput(callID: call.callID, output: long))
    }

    @Test(
        "A prompt over many long results and answers is cut before it is made, with a user or without",
        arguments: [false, true])
    func longHistory(hasUser: Bool) {
        let talk = ScriptedConversation()
        func create(_ content: ConversationItem.Content) {
            talk.client(.itemCreate(ConversationItem(id: ItemID(""), content: content), previous: .tail))
        }
        let long = String(repeating: "x", count: 250_000)
        if hasUser { create(.message(role: .user, parts: [.inputText("Look.")])) }
        for number in 0..<20 {
            let id = CallID("call_\(number)")
            create(.functionCall(FunctionCall(callID: id, name: "look", arguments: "{}")))
            create(.functionCallOutput(callID: id, output: long))
            create(.message(role: .assistant, parts: [.outputText(long), .outputText(long)]))
        }
        talk.client(.responseCreate(ResponseRequest()))
        guard let messages = talk.response.flatMap({ talk.plans[$0] })?.model.messages else {
            Issue.record("no request")
            return
        }
        // The newest part stays, although it alone is too long.
        #expect(messages.count == (hasUser ? 2 : 1))
        if hasUser { #expect(messages.first == .user([.text("Look.")])) }
        #expect(messages.last == .assistant(text: long + "\n" + long, toolCalls: []))
    }

    @Test("Speech before a tool call is heard first, then the call follows in the same response")
    func speechThenCall() throws {
        let talk = ScriptedConversation()
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.input(.response(id, .textDelta("Let me look.")))
        talk.input(.response(id, .toolCallStarted(index: 0, name: "look")))
        talk.input(.response(id, .speechPiece("Let me look.")))
        talk.input(.response(id, .speechAudio([UInt8](repeating: 0, count: 400 * 48))))
        talk.finishResponse(.toolCalls)
        talk.advance(1000)
        #expect(talk.done?.output.count == 2)
        guard case .functionCall(let call)? = talk.done?.output.last?.content else {
            Issue.record("no call")
            return
        }
        #expect(call.arguments == "{}")
    }

    @Test("A token cap makes the response incomplete, with all done events")
    func incomplete() throws {
        let talk = textTalk()
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.input(.response(id, .textDelta("Hel")))
        talk.finishResponse(.length, spoken: false)
        #expect(talk.done?.status == .incomplete(.maxOutputTokens))
        #expect(talk.items.last?.status == .incomplete)
        #expect(talk.events.contains { $0.name == "outputTextDone" })
    }

    @Test("A provider's fault becomes a failed response, what was said before it is heard, and the session goes on")
    func failure() throws {
        let talk = ScriptedConversation()
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.spoken("Half a", milliseconds: 400)
        talk.input(.response(id, .failed(ProviderError(.languageModel, provider: "p", .rateLimited, "Too many."))))
        #expect(talk.done == nil)
        talk.advance(500)
        #expect(talk.audioSent == 400)
        #expect(talk.done?.status == .failed(type: "rate_limit_error", code: "rate_limited", message: "Too many."))
        talk.client(.responseCreate(ResponseRequest()))
        #expect(talk.errors.isEmpty)
    }

    @Test("A model that falls silent fails the response at the deadline")
    func stalled() {
        let talk = textTalk()
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(31_000)
        guard case .failed(_, "timeout", _)? = talk.done?.status else {
            Issue.record("not failed: \(String(describing: talk.done))")
            return
        }
        #expect(talk.actions.contains { if case .cancelResponse = $0 { true } else { false } })
    }

    @Test("Usage is estimated and marked so when the provider counts nothing")
    func estimatedUsage() throws {
        let talk = textTalk()
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        talk.input(.response(id, .textDelta("12345678")))
        talk.input(.response(id, .modelFinished(LanguageModelResult(finishReason: .stop))))
        #expect(talk.done?.usage?.outputTokens == 2)
        #expect(talk.done?.usage?.inputTokens == 2)
        #expect(talk.done?.usage?.isEstimated == true)
    }

    @Test("input [] gives the model nothing but the instructions; references bring items in")
    func ownInput() {
        let talk = textTalk { $0.instructions = "Be brief." }
        var request = ResponseRequest()
        request.input = []
        talk.client(.responseCreate(request))
        #expect(talk.response.flatMap { talk.plans[$0] }?.model.messages == [.system("Be brief.")])
        talk.client(.responseCancel(nil))
        request.input = [.reference(ItemID("item_unknown"))]
        talk.client(.responseCreate(request), id: "bad")
        #expect(talk.errors.last?.parameter == "response.input[0].id")
        request.input = talk.items.first.map { [.reference($0.id)] }
        talk.client(.responseCreate(request))
        #expect(talk.response.flatMap { talk.plans[$0] }?.model.messages.last == .user([.text("hello")]))
    }
}

extension ConversationItem {
    /// A user's text message without a chosen id.
    static func user(_ text: String, id: String = "") -> ConversationItem {
        ConversationItem(id: ItemID(id), content: .message(role: .user, parts: [.inputText(text)]))
    }
}

extension SessionAction {
    var isResume: Bool { if case .resumeSpeech = self { true } else { false } }
}

extension ScriptedConversation {
    /// Milliseconds of PCM16 24 kHz audio sent so far.
    var audioSent: Int {
        events.reduce(0) { if case .outputAudioDelta(_, let audio) = $1 { $0 + audio.count } else { $0 } } / 48
    }
}
