import Core
import HTTPClient
import Pipeline
import TestSupport
import Testing

@testable import Providers

@Suite("Body of a completion request")
struct OpenAICompatibleRequestTests {
    private func body(
        _ request: LanguageModelRequest, _ dialect: OpenAICompatibleLLM.Dialect = .init()
    ) throws -> JSONValue {
        let endpoint = OpenAICompatibleEndpoint(
            .languageModel, ProviderService(name: "test", baseURL: "http://127.0.0.1", key: nil),
            client: try HTTPClient(loop: TestLoop.shared))
        let model = OpenAICompatibleLLM(
            endpoint: endpoint, model: "m", dialect: dialect, deadlines: ProviderDeadlines())
        return try JSONValue.parse(model.body(of: request, dialect.spelling))
    }

    @Test("holds every kind of message")
    func messages() throws {
        var request = LanguageModelRequest()
        request.messages = [
            .system("be \"kind\""), .user([.text("a"), .text("b")]),
            .user([.text("see"), .image(url: "data:image/png;base64,AA", detail: "low")]),
            .assistant(text: nil, toolCalls: [.init(id: "c", name: "f", arguments: "{\"x\":1}")]),
            .tool(callID: "c", output: "done"), .assistant(text: "ok", toolCalls: []),
        ]
        #expect(
            try body(request)["messages"]
                == JSONValue.parse(
                    #"""
                    [{"role": "system", "content": "be \"kind\""}, {"role": "user", "content": "a\nb"},
                     {"role": "user", "content": [{"type": "text", "text": "see"},
                      {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA", "detail": "low"}}]},
                     {"role": "assistant", "content": null, "tool_calls": [
                      {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}}]},
                     {"role": "tool", "tool_call_id": "c", "content": "done"}, {"role": "assistant", "content": "ok"}]
                    """#))
    }

    @Test("says no more than it must")
    func minimal() throws {
        var request = LanguageModelRequest()
        request.messages = [.user([.text("hi")])]
        request.parallelToolCalls = true
        #expect(
            try body(request)
                == JSONValue.parse(
                    #"""
                    {"model": "m", "messages": [{"role": "user", "content": "hi"}], "stream": true,
                     "stream_options": {"include_usage": true}}
                    """#))
    }

    @Test("holds tools, their choice and the limits, in the words of the server")
    func options() throws {
        var request = LanguageModelRequest()
        request.tools = [.init(name: "f", description: "d", parameters: .object(["type": .string("object")]))]
        request.toolChoice = .function(name: "f")
        request.parallelToolCalls = false
        request.maxOutputTokens = 7
        request.temperature = 0.5
        let plain = try body(request)
        #expect(plain["tools"]?.array?.first?["function"]?["parameters"]?["type"]?.string == "object")
        #expect(plain["tool_choice"]?["function"]?["name"]?.string == "f")
        #expect(plain["parallel_tool_calls"]?.bool == false)
        #expect(plain["max_tokens"]?.integer == 7 && plain["max_completion_tokens"] == nil)
        #expect(plain["temperature"]?.number == 0.5)
        let other = try body(
            request,
            .init(
                spelling: RequestSpelling([.maxCompletionTokens]), reasoningEffort: "low",
                providerOrder: ["a", "b"]))
        #expect(other["max_tokens"] == nil && other["max_completion_tokens"]?.integer == 7)
        #expect(other["reasoning_effort"]?.string == "low")
        #expect(other["provider"]?["order"]?.array?.compactMap(\.string) == ["a", "b"])
    }

    @Test("spells calls and choices as the server takes them")
    func spelling() throws {
        var request = LanguageModelRequest()
        request.messages = [
            .assistant(text: nil, toolCalls: [.init(id: "c", name: "f", arguments: "")]),
            .tool(callID: "c", output: "x"),
        ]
        request.tools = ["f", "g"].map { .init(name: $0, description: nil, parameters: nil) }
        request.toolChoice = .function(name: "g")
        let local = OpenAICompatibleLLM.Dialect(spelling: RequestSpelling([.emptyContent, .choosesByList]))
        let spelled = try body(request, local)
        #expect(spelled["messages"]?.array?.first?["content"]?.string == "")
        #expect(spelled["tools"]?.array?.map { $0["function"]?["name"]?.string } == ["g"])
        #expect(spelled["tool_choice"]?.string == "required")
        #expect(try body(request)["messages"]?.array?.first?["content"]?.isNull == true)
        #expect(try body(request)["tools"]?.array?.count == 2)
        request.toolChoice = .none
        #expect(try body(request, local)["tools"] == nil && body(request, local)["tool_choice"] == nil)
        #expect(try body(request)["tool_choice"]?.string == "none")
        request.toolChoice = .function(name: "absent")
        #expect(try body(request, local)["tool_choice"]?.string == "auto")
    }

    @Test("writes arguments that are objects, whatever a client sent", arguments: ["", " ", "no", "[1]", "{", "null"])
    func arguments(text: String) throws {
        var request = LanguageModelRequest()
        request.messages = [.assistant(text: nil, toolCalls: [.init(id: "c", name: "f", arguments: text)])]
        let call = try body(request)["messages"]?.array?.first?["tool_calls"]?.array?.first
        #expect(call?["function"]?["arguments"]?.string == "{}")
    }

    @Test("gives back what came with a call, to nobody but who sent it")
    func extra() throws {
        let members: [String: JSONValue] = ["extra_content": .object(["google": .string("s")])]
        for (provider, isBack) in [("test", true), ("other", false)] {
            var request = LanguageModelRequest()
            let extra = ToolCallExtra(provider: provider, members: members).text
            request.messages = [
                .assistant(text: nil, toolCalls: [.init(id: "c", name: "f", arguments: "{}", extra: extra)])
            ]
            let call = try body(request)["messages"]?.array?.first?["tool_calls"]?.array?.first
            #expect((call?["extra_content"] == members["extra_content"]) == isBack)
        }
    }

    @Test("holds what the operator adds, for answers and for summaries")
    func additions() throws {
        let dialect = OpenAICompatibleLLM.Dialect(
            reasoningEffort: "high", summaryEffort: "none", extraBody: ["a": .integer(1), "b": .integer(1)],
            summaryExtraBody: ["b": .integer(2)])
        var request = LanguageModelRequest()
        #expect(try body(request, dialect)["reasoning_effort"]?.string == "high")
        #expect(try body(request, dialect)["b"]?.integer == 1)
        request.isSummary = true
        let summary = try body(request, dialect)
        #expect(summary["reasoning_effort"]?.string == "none")
        #expect(summary["a"]?.integer == 1 && summary["b"]?.integer == 2)
    }
}
