import Core
import Pipeline
import Providers
import Testing

@Suite("Scripted language model")
struct ScriptedLanguageModelTests {
    /// Saturday, November 21, 2026, 15:05 UTC.
    private let model = ScriptedLanguageModel(timeZone: "UTC") { UnixTime(seconds: 1_795_273_500) }

    private final class Recorder {
        var events: [LanguageModelEvent] = []
        var text: String { events.reduce("") { if case .textDelta(let text) = $1 { $0 + text } else { $0 } } }
        var arguments: String {
            events.reduce("") { if case .toolCallArgumentsDelta(_, let text) = $1 { $0 + text } else { $0 } }
        }
        var tool: String? {
            events.lazy.compactMap { if case .toolCallStarted(_, _, let name) = $0 { name } else { nil } }.first
        }
    }

    private func run(
        _ said: String?, earlier: [LanguageModelRequest.Message] = [.assistant(text: "Hello!", toolCalls: [])],
        later: [LanguageModelRequest.Message] = [], tools: [LanguageModelRequest.Tool] = [],
        choice: LanguageModelRequest.ToolChoice = .auto, limit: Int? = nil
    ) async throws -> (recorder: Recorder, result: LanguageModelResult) {
        var request = LanguageModelRequest()
        request.messages = earlier + (said.map { [.user([.text($0)])] } ?? []) + later
        request.tools = tools
        request.toolChoice = choice
        request.maxOutputTokens = limit
        let recorder = Recorder()
        let result = try await model.generate(request) { event throws(ProviderError) in recorder.events.append(event) }
        return (recorder, result)
    }

    @Test(
        "answers what it is asked",
        arguments: [
            ("Hello.", "Hello! How can I help you?"), ("good morning", "Hello! How can I help you?"),
            ("hi, how are you?", "I am fine, thank you. How can I help you?"), ("thank you", "You are welcome."),
            ("What time is it?", "It is 3:05 PM."), ("what is the date today", "Today is Saturday, November 21, 2026."),
            ("who are you", "I am the built-in demo model of Antiphon."),
            ("go forward ten meters", "You said: go forward ten meters."), ("Is it red?", "You said: Is it red?"),
            ("", "You said: something that I could not make out."),
        ])
    func answers(said: String, expected: String) async throws {
        #expect(try await run(said).recorder.text == expected)
    }

    @Test(
        "calculates with words and signs",
        arguments: [
            ("what is two plus two", "2 plus 2 is 4."), ("seven times six", "7 times 6 is 42."),
            ("ten divided by four", "10 divided by 4 is 2.5."), ("3 + 4", "3 plus 4 is 7."),
            ("3+4*2", "3 plus 4 times 2 is 11."),
            ("What's twenty-one minus thirty?", "21 minus 30 is -9."), ("1,000 - 1", "1000 minus 1 is 999."),
            ("one hundred and five times two thousand", "105 times 2000 is 210000."),
            ("what is to plus to", "2 plus 2 is 4."),
            ("three point one four times ten", "3.14 times 10 is 31.4."),
            ("five divided by zero", "I cannot divide by zero."),
            ("minus three times -2", "-3 times -2 is 6."), ("2 to the power of 10", "2 to the power of 10 is 1024."),
            ("twenty percent of fifty", "20 percent of 50 is 10."), ("10 / 3", "10 divided by 3 is 3.3333."),
            ("9 ^ 99", "9 to the power of 99 is a number too large for me."), ("0.1 + 0.2", "0.1 plus 0.2 is 0.3."),
        ])
    func arithmetic(said: String, expected: String) async throws {
        #expect(try await run(said).recorder.text == expected)
    }

    @Test("says in its first answer that it is the built-in demo model, and only then")
    func introduction() async throws {
        #expect(
            try await run("two plus two", earlier: []).recorder.text
                == "This is the built-in demo model. 2 plus 2 is 4.")
        #expect(
            try await run("hello", earlier: [.system("Be kind.")]).recorder.text
                == "Hello! This is the built-in demo model. How can I help you?")
        #expect(try await !run("two plus two").recorder.text.contains("demo"))
    }

    @Test("greets when there are only instructions")
    func instructionsOnly() async throws {
        let answer = try await run(nil, earlier: [.system("Greet the caller.")])
        #expect(answer.recorder.text == "Hello! This is the built-in demo model. How can I help you?")
        #expect(answer.result == LanguageModelResult(finishReason: .stop, usage: .init(input: 3, output: 12)))
    }

    @Test("streams word by word and stops at the limit")
    func streams() async throws {
        let answer = try await run("go on now", limit: 3)
        #expect(answer.recorder.events == [.textDelta("You"), .textDelta(" said:"), .textDelta(" go")])
        #expect(answer.result == LanguageModelResult(finishReason: .length, usage: .init(input: 4, output: 3)))
        #expect(try await run("x", limit: 0).recorder.events.isEmpty)
    }

    // MARK: Tools

    private let weather = LanguageModelRequest.Tool(
        name: "get_weather", description: "Weather of a place.",
        parameters: try? JSONValue.parse(
            #"{"type":"object","properties":{"location":{"type":"string"},"unit":{"type":"string","enum":["celsius","fahrenheit"]}},"required":["location"]}"#
        ))
    private let lights = LanguageModelRequest.Tool(
        name: "setLightLevel", description: nil,
        parameters: try? JSONValue.parse(
            #"{"type":"object","properties":{"level":{"type":"integer"},"room":{"enum":["living_room","kitchen"]},"on":{"type":"boolean"},"note":{"type":["null","string"]}},"required":["level","room","on"]}"#
        ))
    private let hangUp = LanguageModelRequest.Tool(name: "hangup", description: nil, parameters: nil)

    @Test(
        "calls the tool whose name it hears, with what was said",
        arguments: [
            ("Get weather in Paris, please.", "get_weather", #"{"location":"Paris"}"#),
            (
                "please get the weather for New York in celsius", "get_weather",
                #"{"location":"New York in celsius","unit":"celsius"}"#
            ),
            (
                "set light level to twenty five in the kitchen", "setLightLevel",
                #"{"level":25,"on":true,"room":"kitchen"}"#
            ),
            ("don't set light level", "setLightLevel", #"{"level":0,"on":false,"room":"living_room"}"#),
            ("now hang up", "hangup", "{}"), ("get weather", "get_weather", #"{"location":""}"#),
            ("Get weather for \"Zürich\"\\ \u{1}now", "get_weather", #"{"location":"Zürich"}"#),
        ])
    func tools(said: String, name: String, arguments: String) async throws {
        let answer = try await run(said, tools: [hangUp, weather, lights])
        #expect(answer.recorder.tool == name)
        #expect(answer.recorder.arguments == arguments)
        #expect(answer.result.finishReason == .toolCalls)
        #expect(throws: Never.self) { try JSONValue.parse(answer.recorder.arguments) }
    }

    @Test("honours the tool choice")
    func choice() async throws {
        let tools = [weather, hangUp]
        #expect(try await run("get weather", tools: tools, choice: .none).recorder.text == "You said: get weather.")
        #expect(try await run("hello", tools: tools, choice: .required).recorder.tool == "get_weather")
        #expect(try await run("hang up", tools: tools, choice: .required).recorder.tool == "hangup")
        #expect(try await run("get weather", tools: tools, choice: .function(name: "hangup")).recorder.tool == "hangup")
        await #expect(throws: ProviderError.self) { try await run("x", tools: tools, choice: .function(name: "nope")) }
        await #expect(throws: ProviderError.self) { try await run("x", choice: .required) }
        #expect(try await run("get weather in Rome", tools: tools, limit: 1).result.finishReason == .length)
    }

    @Test("speaks the output of a tool")
    func toolResult() async throws {
        let call = LanguageModelRequest.Message.assistant(
            text: nil, toolCalls: [.init(id: "call_1", name: "get_weather", arguments: "{}")])
        func spoken(_ output: String) async throws -> String {
            try await run("get weather", later: [call, .tool(callID: "call_1", output: output)], tools: [weather])
                .recorder.text
        }
        #expect(
            try await spoken(#"{"sky":"sunny","temperature_celsius":21.5}"#)
                == "The result is: sky: sunny, temperature celsius: 21.5.")
        #expect(try await spoken("Rain.") == "The result is: Rain.")
        #expect(try await spoken(#"["a",true]"#) == "The result is: a, yes.")
        #expect(try await spoken("") == "Done.")
    }

    @Test("ends with the error of the caller who stops it")
    func stops() async throws {
        var request = LanguageModelRequest()
        request.messages = [.user([.text("hello")])]
        let stop = ProviderError(.languageModel, provider: "test", .cancelled, "Stop.")
        await #expect(throws: stop) { try await model.generate(request) { _ throws(ProviderError) in throw stop } }
        let task = Task { [model, request] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await model.generate(request) { _ throws(ProviderError) in }
        }
        let error = await #expect(throws: ProviderError.self) { try await task.value }
        #expect(error?.category == .cancelled)
    }

    @Test(
        "survives any text",
        arguments: [
            "+", "minus", "point point", "- - -", "x x x", "hundred and", "…", "''", "1.2.3", "9999999999999999999 + 1",
            "🙂",
        ])
    func anyText(text: String) async throws {
        #expect(try await !run(text, tools: [lights]).recorder.text.isEmpty)
        #expect(try await run(text, tools: [lights], choice: .required).recorder.tool == "setLightLevel")
    }
}
