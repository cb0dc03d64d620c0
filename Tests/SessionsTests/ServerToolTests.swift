import Agents
import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("Tools of the server in a conversation") struct ServerToolTests {
    private let call = LanguageModelRequest.ToolCall(id: "call_r_1", name: "weather", arguments: "{}")
    private let other = LanguageModelRequest.ToolCall(id: "call_r_2", name: "time", arguments: "{}")

    private func started(modality: OutputModality = .text) -> ScriptedConversation {
        let talk = ScriptedConversation { configuration in
            configuration.outputModality = modality
            configuration.behavior.agent.serverTools = [
                ServerToolDefinition(name: "weather", url: "https://tools.example/weather")
            ]
        }
        talk.client(.itemCreate(.user("weather?", id: "u1"), previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        _ = talk.names()
        return talk
    }

    private func report(_ input: ResponseInput, to talk: ScriptedConversation) {
        guard let id = talk.response else {
            Issue.record("no response is under way")
            return
        }
        talk.input(.response(id, input))
    }

    /// What the model sees when it is asked next.
    private func nextPrompt(_ talk: ScriptedConversation) -> [LanguageModelRequest.Message]? {
        talk.client(.itemCreate(.user("and now?"), previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        return talk.response.flatMap { talk.plans[$0] }?.model.messages
    }

    @Test("The model is offered them beside the client's, and the plan says which they are")
    func offered() {
        let talk = started()
        let plan = talk.response.flatMap { talk.plans[$0] }
        #expect(plan?.model.tools.map(\.name) == ["weather"])
        #expect(plan?.agent.serverTools.map(\.name) == ["weather"])
    }

    @Test("The client sees one message and nothing of the call; the next prompt has call and result")
    func hidden() {
        let talk = started()
        report(.textDelta("Let me look."), to: talk)
        report(.serverToolStarted(call, timeout: .seconds(10)), to: talk)
        report(.serverToolFinished(callID: "call_r_1", output: "rain"), to: talk)
        report(.textDelta(" It rains."), to: talk)
        talk.finishResponse(spoken: false)
        #expect(
            talk.names() == [
                "outputItemAdded", "itemAdded", "contentPartAdded", "outputTextDelta", "outputTextDone",
                "contentPartDone", "itemDone", "outputItemDone", "responseDone",
            ])
        #expect(talk.done?.output.count == 1)
        #expect(talk.items.count == 2)
        #expect(
            nextPrompt(talk) == [
                .user([.text("weather?")]), .assistant(text: nil, toolCalls: [call]),
                .tool(callID: "call_r_1", output: "rain"),
                .assistant(text: "Let me look. It rains.", toolCalls: []), .user([.text("and now?")]),
            ])
    }

    @Test("Calls of one step are one exchange, in the model's order, when the last has answered")
    func parallel() {
        let talk = started()
        report(.serverToolStarted(call, timeout: .seconds(10)), to: talk)
        report(.serverToolStarted(other, timeout: .seconds(10)), to: talk)
        report(.serverToolFinished(callID: "call_r_2", output: "noon"), to: talk)
        report(.serverToolFinished(callID: "call_r_1", output: "rain"), to: talk)
        report(.textDelta("Rain at noon."), to: talk)
        talk.finishResponse(spoken: false)
        #expect(
            nextPrompt(talk)?.dropFirst().prefix(3) == [
                .assistant(text: nil, toolCalls: [call, other]), .tool(callID: "call_r_1", output: "rain"),
                .tool(callID: "call_r_2", output: "noon"),
            ])
    }

    @Test("A result that came is kept, and a call that was aborted is told as such")
    func cancelled() throws {
        let talk = started()
        report(.serverToolStarted(call, timeout: .seconds(10)), to: talk)
        report(.serverToolStarted(other, timeout: .seconds(10)), to: talk)
        report(.serverToolFinished(callID: "call_r_1", output: "rain"), to: talk)
        talk.client(.responseCancel(nil))
        #expect(talk.done?.status == .cancelled(.clientCancelled))
        let prompt = try #require(nextPrompt(talk))
        #expect(prompt[1] == .assistant(text: nil, toolCalls: [call, other]))
        #expect(prompt[2] == .tool(callID: "call_r_1", output: "rain"))
        guard case .tool("call_r_2", let output) = prompt[3] else {
            Issue.record("the aborted call has no result")
            return
        }
        #expect(try JSONValue.parse(output)["error"]?["code"]?.string == "cancelled")
    }

    @Test("Calls of the client in the same step have their result beside the server's")
    func mixed() {
        let talk = started()
        report(.toolCallStarted(index: 0, name: "mine"), to: talk)
        report(.toolCallArgumentsDelta(index: 0, delta: "{}"), to: talk)
        report(.serverToolStarted(call, timeout: .seconds(10)), to: talk)
        report(.serverToolFinished(callID: "call_r_1", output: "rain"), to: talk)
        talk.finishResponse(.toolCalls, spoken: false)
        guard case .functionCall(let mine)? = talk.items.last?.content else {
            Issue.record("the client's call is missing")
            return
        }
        talk.client(
            .itemCreate(
                ConversationItem(id: ItemID(""), content: .functionCallOutput(callID: mine.callID, output: "ok")),
                previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        let asked = LanguageModelRequest.ToolCall(id: mine.callID.rawValue, name: "mine", arguments: "{}")
        #expect(
            talk.response.flatMap { talk.plans[$0] }?.model.messages.dropFirst() == [
                .assistant(text: nil, toolCalls: [call]), .tool(callID: "call_r_1", output: "rain"),
                .assistant(text: nil, toolCalls: [asked]), .tool(callID: mine.callID.rawValue, output: "ok"),
            ])
    }

    @Test("An exchange goes when the client deletes the answer that it led to")
    func deleted() {
        let talk = started()
        report(.serverToolStarted(call, timeout: .seconds(10)), to: talk)
        report(.serverToolFinished(callID: "call_r_1", output: "rain"), to: talk)
        report(.textDelta("It rains."), to: talk)
        talk.finishResponse(spoken: false)
        if let answer = talk.items.last?.id { talk.client(.itemDelete(answer)) }
        #expect(nextPrompt(talk) == [.user([.text("weather?")]), .user([.text("and now?")])])
    }

    @Test("What a response beside the conversation asked of tools stays out of it")
    func outOfBand() {
        let talk = ScriptedConversation { $0.outputModality = .text }
        var request = ResponseRequest()
        request.inConversation = false
        talk.client(.responseCreate(request))
        report(.serverToolStarted(call, timeout: .seconds(10)), to: talk)
        report(.serverToolFinished(callID: "call_r_1", output: "rain"), to: talk)
        report(.textDelta("Rain."), to: talk)
        talk.finishResponse(spoken: false)
        #expect(nextPrompt(talk) == [.user([.text("and now?")])])
    }

    @Test("A tool within its time-out is progress; one beyond it is not")
    func deadline() {
        let talk = started()
        report(.serverToolStarted(call, timeout: .seconds(50)), to: talk)
        talk.advance(50_000)
        #expect(talk.done == nil)
        talk.advance(45_000)
        guard case .failed(_, let code, _)? = talk.done?.status else {
            Issue.record("the response goes on for ever")
            return
        }
        #expect(code == "timeout")
    }

    @Test("Usage is that of all steps, also of a response that was cut short")
    func usage() {
        let talk = started()
        report(.stepFinished(.init(input: 100, cachedInput: 30, output: 5)), to: talk)
        report(.serverToolStarted(call, timeout: .seconds(10)), to: talk)
        talk.client(.responseCancel(nil))
        #expect(talk.done?.usage?.isEstimated == true)
        #expect((talk.done?.usage?.inputTextTokens ?? 0) > 100)
        #expect(talk.done?.usage?.cachedTextTokens == 30)
        #expect(talk.done?.usage?.outputTextTokens == 5)
    }

    @Test("An MCP server that is refused meanwhile takes nothing of them away")
    func besideMCP() {
        let talk = started()
        report(.serverToolStarted(call, timeout: .seconds(10)), to: talk)
        report(.serverToolFinished(callID: "call_r_1", output: "rain"), to: talk)
        var update = SessionUpdate()
        update.tools = [.mcp(.object(["type": .string("mcp"), "server_label": .string("docs")]))]
        talk.client(.sessionUpdate(update))
        report(.textDelta("It rains."), to: talk)
        talk.finishResponse(spoken: false)
        let prompt = nextPrompt(talk) ?? []
        #expect(prompt.contains { if case .tool(_, let output) = $0 { output == "rain" } else { false } }, "\(prompt)")
    }
}
