import Agents
import Core
import Pipeline
import TestSupport
import Testing

@Suite("Faults of models in the tool loop") struct ToolLoopFaultTests {
    private let run = AgentRun()
    private static let schema = try? JSONValue.parse(
        #"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"#)

    @Test("A provider that fails before its first word is asked again, later each time")
    func retry() {
        run.begin([.fails(.unavailable), .fails(.rateLimited), .says("Here.")])
        run.finish()
        #expect(run.text == "Here.")
        #expect(run.requests.values.count == 3)
        let retried = zip(run.events, run.times).compactMap { event, time in
            if case .modelRetried = event { time } else { nil }
        }
        #expect(retried == [.milliseconds(10), .milliseconds(170)])
        #expect(run.times.last == .milliseconds(480))
    }

    @Test("It is not asked again once a word came, for faults that stay, or more often than is allowed")
    func noRetry() {
        run.begin([.fails(.unavailable, after: [.textDelta("He")]), .says("Hello.")])
        run.finish()
        #expect(run.failure?.category == .unavailable)
        #expect(run.requests.values.count == 1)
        let refused = AgentRun()
        refused.begin([.fails(.authentication), .says("Hello.")])
        refused.finish()
        #expect(refused.requests.values.count == 1)
        let stubborn = AgentRun()
        stubborn.begin([.fails(.unavailable)]) { $0.streamRetries = 2 }
        stubborn.finish()
        #expect(stubborn.requests.values.count == 3)
        #expect(stubborn.failure?.category == .unavailable)
    }

    @Test("A provider that takes long to fail is not asked again: the silence must end")
    func noLateRetry() {
        var slow = ScriptedModel.Answer.fails(.timeout)
        slow.delay = .seconds(5)
        run.begin([slow, .says("Late.")])
        run.finish()
        #expect(run.requests.values.count == 1)
        #expect(run.failure?.category == .timeout)
    }

    @Test("A provider that says when to ask again is asked then, if a first word may take as long")
    func retryAfter() {
        var busy = ScriptedModel.Answer.fails(.rateLimited)
        busy.error?.retryAfter = .seconds(5)
        run.begin([busy, .says("Here.")])
        run.finish()
        #expect(run.text == "Here.")
        #expect(run.times.last == .milliseconds(5020))
        busy.error?.retryAfter = .seconds(9)
        let later = AgentRun()
        later.begin([busy, .says("Here.")])
        later.finish()
        #expect(later.failure?.retryAfter == .seconds(9))
        #expect(later.requests.values.count == 1)
    }

    @Test("An answer without words is asked for again, as often as is allowed")
    func empty() {
        run.begin([.says(), .says("Here.")])
        run.finish()
        #expect(run.text == "Here.")
        let stubborn = AgentRun()
        stubborn.begin([.says()]) { $0.streamRetries = 2 }
        stubborn.finish()
        #expect(stubborn.requests.values.count == 3)
        #expect(stubborn.failure?.category == .malformedResponse)
        var filtered = ScriptedModel.Answer.says()
        filtered.finish = .contentFilter
        let quiet = AgentRun()
        quiet.begin([filtered])
        quiet.finish()
        #expect(quiet.requests.values.count == 1 && quiet.failure == nil)
    }

    @Test("Blanks are no answer, and are kept before one")
    func blanks() {
        run.begin([.says(" ", "\n"), .says("\n", "Here.")])
        run.finish()
        #expect(run.text == "\nHere." && run.requests.values.count == 2)
        #expect(run.result?.usage == .init(input: 20, cachedInput: 2, output: 4), "what was asked is counted")
    }

    @Test("All requests for an answer share one time to its first word")
    func deadline() {
        run.begin([.fails(.unavailable), .says("Here.")]) { $0.streamRetries = 1 }
        run.finish()
        let repetitions = run.requests.values.compactMap(\.repetition)
        #expect(repetitions.map(\.isLast) == [false, true])
        #expect(repetitions.first?.firstWordBy == repetitions.last?.firstWordBy)
    }

    @Test("A model that spoke before its tool ran need not say more")
    func saidBefore() {
        run.begin([.calls(("weather", "{}"), text: "It rains."), .says()], tools: [run.tool("weather")])
        run.finish()
        #expect(run.text == "It rains." && run.failure == nil)
        #expect(run.requests.values.count == 2)
    }

    @Test("Cancelling ends the wait for a repetition")
    func cancelDuringPause() {
        run.begin([.fails(.unavailable), .says("Late.")])
        run.loop.advance(by: .milliseconds(50))
        run.cancel()
        run.finish()
        #expect(run.failure?.category == .cancelled)
        #expect(run.requests.values.count == 1)
    }

    @Test("A request after a tool ran is repeated too, and the tool does not run again")
    func retryInSecondStep() {
        run.begin([.calls(("weather", "{}")), .fails(.unavailable), .says("Rain.")], tools: [run.tool("weather")])
        run.finish()
        #expect(run.text == "Rain.")
        #expect(run.ran.values.count == 1)
        #expect(run.requests.values[1] == run.requests.values[2])
    }

    @Test(
        "Arguments that were cut short are completed",
        arguments: [
            (#"{"city":"Bern"#, #"{"city":"Bern"}"#), ("", "{}"), (#"{"a":[1,2"#, #"{"a":[1,2]}"#),
        ])
    func repaired(written: String, run arguments: String) {
        run.begin([.calls(("weather", written)), .says("Rain.")], tools: [run.tool("weather")])
        run.finish()
        #expect(run.ran.values.map(\.arguments) == [arguments])
    }

    @Test("Arguments cut by the model's own limit are not run")
    func cutByLength() {
        var cut = ScriptedModel.Answer.calls(("pay", #"{"amount":10"#))
        cut.finish = .length
        run.begin([cut], tools: [run.tool("pay")])
        run.finish()
        #expect(run.ran.values.isEmpty)
        #expect(run.result?.finishReason == .length)
    }

    @Test(
        "A call that cannot be run is answered with an error, and the model corrects itself",
        arguments: [
            ("weather", "nonsense", "malformed_arguments"), ("weather", #"{"city":7}"#, "invalid_arguments"),
            ("weather", "{}", "invalid_arguments"), ("weather", #"{"city":"Bern","x":1}"#, "invalid_arguments"),
            ("wether", #"{"city":"Bern"}"#, "unknown_tool"),
        ])
    func refused(name: String, arguments: String, code: String) throws {
        run.begin(
            [.calls((name, arguments)), .calls(("weather", #"{"city":"Bern"}"#)), .says("Rain.")],
            tools: [run.tool("weather", parameters: Self.schema, answers: "rain")])
        run.finish()
        #expect(run.text == "Rain.")
        let outputs = run.outputs(in: 2)
        #expect(try JSONValue.parse(outputs[0])["error"]?["code"]?.string == code)
        #expect(outputs.last == "rain")
        #expect(run.ran.values.count == 1)
        guard case .assistant(_, let calls) = run.requests.values[1].messages[1] else {
            Issue.record("no such message")
            return
        }
        #expect((try? JSONValue.parse(calls[0].arguments))?.object != nil, "the history holds JSON")
    }

    @Test("After too many such calls the model must answer")
    func toolRetries() {
        let bad = ScriptedModel.Answer.calls(("weather", "nonsense"))
        run.begin([bad, bad, .says("I cannot.")], tools: [run.tool("weather")]) {
            $0.toolRetries = 1
            $0.steps = 9
        }
        run.finish()
        #expect(run.requests.values.map(\.toolChoice) == [.auto, .auto, .none])
        #expect(run.text == "I cannot.")
    }

    @Test("Good and bad calls of one step are answered each by itself, in their order")
    func goodAndBad() throws {
        run.begin(
            [.calls(("weather", "[]"), ("time", "{}")), .says("Noon.")],
            tools: [run.tool("weather"), run.tool("time", answers: "noon")])
        run.finish()
        let outputs = run.outputs(in: 1)
        #expect(try JSONValue.parse(outputs[0])["error"] != nil)
        #expect(outputs[1] == "noon")
    }
}
