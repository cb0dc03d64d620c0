import Agents
import Core
import Pipeline
import TestSupport
import Testing

@Suite("The tool loop") struct ToolLoopAgentTests {
    private let run = AgentRun()

    @Test("An answer without calls is one request, told as it is")
    func plain() {
        run.begin([.says("Hello ", "you.")], client: ["mine"])
        run.finish()
        #expect(run.text == "Hello you.")
        #expect(
            run.result == LanguageModelResult(finishReason: .stop, usage: .init(input: 10, cachedInput: 1, output: 2)))
        #expect(run.requests.values.count == 1)
        #expect(run.events.last == .stepFinished(.init(input: 10, cachedInput: 1, output: 2)))
    }

    @Test("A tool of the server runs and the model is asked again with call and result")
    func oneCall() {
        run.begin(
            [.calls(("weather", #"{"city":"Bern"}"#)), .says("It rains.")],
            tools: [run.tool("weather", answers: "rain")])
        run.finish()
        #expect(run.text == "It rains.")
        #expect(run.clientCalls.isEmpty)
        let call = LanguageModelRequest.ToolCall(id: "call_r_1", name: "weather", arguments: #"{"city":"Bern"}"#)
        #expect(run.ran.values == [call])
        #expect(
            run.requests.values[1].messages == [
                .user([.text("question")]), .assistant(text: nil, toolCalls: [call]),
                .tool(callID: "call_r_1", output: "rain"),
            ])
        #expect(run.result?.usage == .init(input: 20, cachedInput: 2, output: 4))
        #expect(run.events.contains(.serverToolStarted(call, timeout: .seconds(10))))
        #expect(run.events.contains(.serverToolFinished(callID: "call_r_1", output: "rain")))
    }

    @Test("Several calls of one step run at the same time, and their results stand in the order of the calls")
    func parallel() {
        run.begin(
            [.calls(("slow", "{}"), ("quick", "{}")), .says("Both.")],
            tools: [
                run.tool("slow", after: .milliseconds(800), answers: "1"),
                run.tool("quick", after: .milliseconds(200), answers: "2"),
            ])
        run.loop.advance(by: .milliseconds(815))
        #expect(run.outputs(in: 1) == ["1", "2"])
        let finished = run.events.compactMap { if case .serverToolFinished(_, let output) = $0 { output } else { nil } }
        #expect(finished == ["2", "1"])
        let starts = run.events.indices.filter { if case .serverToolStarted = run.events[$0] { true } else { false } }
        #expect(starts == [1, 2], "all start before the first ends")
    }

    @Test("Text before a call and text after its result are one text with a blank between them")
    func seam() {
        run.begin(
            [.calls(("weather", "{}"), text: "Let me look."), .says("It rains.", " A lot.")],
            tools: [run.tool("weather")])
        run.finish()
        #expect(run.text == "Let me look. It rains. A lot.")
        guard case .assistant(let text, _) = run.requests.values[1].messages[1] else {
            Issue.record("no such message")
            return
        }
        #expect(text == "Let me look.")
    }

    @Test("Calls of the client go out and end the answer; the server's calls beside them still run")
    func mixed() {
        run.begin([.calls(("mine", "{}"), ("weather", "{}"))], tools: [run.tool("weather")], client: ["mine"])
        run.finish()
        #expect(run.clientCalls == ["mine"])
        #expect(run.ran.values.map(\.name) == ["weather"])
        #expect(run.requests.values.count == 1)
        #expect(run.result?.finishReason == .toolCalls)
        #expect(run.events.contains(.serverToolFinished(callID: "call_r_1", output: "done")))
    }

    @Test("In the last step the model may not call, and answers")
    func lastStep() {
        let call = ScriptedModel.Answer.calls(("weather", "{}"))
        run.begin([call, call, .says("Enough.")], tools: [run.tool("weather")]) { $0.steps = 3 }
        run.finish()
        #expect(run.requests.values.map(\.toolChoice) == [.auto, .auto, .none])
        #expect(run.text == "Enough.")
    }

    @Test("A model that calls even then fails the answer, unless it has said something")
    func neverAnswers() {
        run.begin([.calls(("weather", "{}"))], tools: [run.tool("weather")]) { $0.steps = 2 }
        run.finish()
        #expect(run.failure?.category == .malformedResponse)
        #expect(run.ran.values.count == 1)
        let talks = AgentRun()
        talks.begin([.calls(("weather", "{}"), text: "One moment.")], tools: [talks.tool("weather")]) { $0.steps = 2 }
        talks.finish()
        #expect(talks.text == "One moment. One moment.")
        #expect(talks.failure == nil)
    }

    @Test(
        "A call that was demanded is demanded once",
        arguments: [LanguageModelRequest.ToolChoice.required, .function(name: "weather")])
    func demanded(choice: LanguageModelRequest.ToolChoice) {
        run.begin([.calls(("weather", "{}")), .says("Rain.")], tools: [run.tool("weather")], choice: choice)
        run.finish()
        #expect(run.requests.values.map(\.toolChoice) == [choice, .auto])
    }

    @Test("With one step the server's tools are not offered, and nothing demands them")
    func singleStep() {
        run.begin(
            [.says("Hm.")], tools: [run.tool("weather")], client: ["mine"], agent: SingleStepAgent(),
            choice: .function(name: "weather"))
        run.finish()
        #expect(run.requests.values[0].tools.map(\.name) == ["mine"])
        #expect(run.requests.values[0].toolChoice == .auto)
    }

    @Test("Every call has an id of its own, whatever the provider says")
    func uniqueIDs() {
        let call = ScriptedModel.Answer.calls(("weather", "{}"), ("weather", "{}"))
        run.begin([call, call, .says("Done.")], tools: [run.tool("weather")])
        run.finish()
        #expect(run.ran.values.map(\.id) == ["call_r_1", "call_r_2", "call_r_3", "call_r_4"])
    }

    @Test("Cancelling aborts the tools that run")
    func cancel() {
        run.begin([.calls(("slow", "{}")), .says("Late.")], tools: [run.tool("slow", after: .seconds(5))])
        run.loop.advance(by: .milliseconds(500))
        run.cancel()
        #expect(run.aborted.values == ["slow"])
        #expect(run.failure?.category == .cancelled)
        #expect(run.requests.values.count == 1)
    }

    @Test("A verbatim agent says its text and asks nobody")
    func verbatim() {
        run.begin([.says("no")], agent: VerbatimAgent("Welcome!"))
        run.finish()
        #expect(run.text == "Welcome!")
        #expect(run.requests.values.isEmpty)
        #expect(run.result?.usage == .init(input: 0, output: 0))
    }

    @Test("A registry knows its agents by name")
    func registry() {
        var registry = AgentRegistry.builtIn
        #expect(registry.names == ["single_step", "tool_loop"])
        registry.register(VerbatimAgent("!"), as: "parrot")
        #expect(registry["parrot"] is VerbatimAgent)
        #expect(registry["nobody"] == nil)
    }
}
