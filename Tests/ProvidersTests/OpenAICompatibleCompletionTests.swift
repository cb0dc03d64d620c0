import Core
import EventLoops
import HTTPClient
import Pipeline
import TestSupport
import Testing

@testable import Providers

@Suite("Chunks of a completion")
struct OpenAICompatibleCompletionTests {
    private let endpoint: OpenAICompatibleEndpoint

    init() throws {
        endpoint = OpenAICompatibleEndpoint(
            .languageModel, ProviderService(name: "test", baseURL: "http://127.0.0.1/", key: nil),
            client: try HTTPClient(loop: TestLoop.shared))
    }

    private func read(_ chunks: [String]) throws(ProviderError) -> ([LanguageModelEvent], LanguageModelResult) {
        var completion = OpenAICompatibleCompletion()
        var pieces: [LanguageModelEvent] = []
        for chunk in chunks { pieces += try completion.read(Array(chunk.utf8), of: endpoint) }
        pieces += try completion.finish(endpoint)
        return (pieces, completion.result)
    }

    private func failure(_ chunks: String...) -> ProviderError? {
        do throws(ProviderError) {
            _ = try read(chunks)
            return nil
        } catch {
            return error
        }
    }

    private static let stop = #"{"choices": [{"delta": {}, "finish_reason": "stop"}]}"#

    @Test("give text, and usage from wherever it stands")
    func text() throws {
        let hello = #"{"choices": [{"index": 0, "delta": {"role": "assistant", "content": "hel"}}]}"#
        let counted =
            #""usage": {"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 1}}"#
        let usage = LanguageModelResult.TokenUsage(input: 5, cachedInput: 1, output: 2)
        for end in [
            [Self.stop, "{\"choices\": [], \(counted)}", "[DONE]"], [Self.stop, "{\(counted)}"],
            ["{\"choices\": [{\"delta\": {}, \"finish_reason\": \"stop\"}], \(counted)}"],
            [
                "{\"choices\": [{\"delta\": {\"content\": null}, \"finish_reason\": \"stop\"}], \"x_groq\": {\(counted)}}"
            ],
        ] {
            let (pieces, result) = try read([hello] + end)
            #expect(pieces == [.textDelta("hel")])
            #expect(result == LanguageModelResult(finishReason: .stop, usage: usage))
        }
    }

    @Test("leave reasoning out and take content in parts, and refusals")
    func corners() throws {
        let (pieces, result) = try read([
            #"{"choices": [{"delta": {"reasoning": "hm", "reasoning_content": "hm"}}]}"#,
            #"{"choices": [{"delta": {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}}]}"#,
            #"{"choices": [{"delta": {"refusal": "no"}}], "usage": null}"#, #"{"error": null, "choices": []}"#,
            Self.stop,
        ])
        #expect(pieces == [.textDelta("ab"), .textDelta("no")])
        #expect(result == LanguageModelResult(finishReason: .stop))
    }

    @Test(
        "say why the answer ended",
        arguments: [
            ("length", LanguageModelResult.FinishReason.length), ("content_filter", .contentFilter),
            ("tool_calls", .toolCalls),
            ("eos", .stop),
        ])
    func reasons(text: String, reason: LanguageModelResult.FinishReason) throws {
        let (_, result) = try read([#"{"choices": [{"delta": {}, "finish_reason": "\#(text)"}]}"#])
        #expect(result.finishReason == reason)
    }

    @Test("that call a tool end with tool calls, whatever they say")
    func toolReason() throws {
        let call =
            #"{"choices": [{"delta": {"tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{}"}}]}}]}"#
        #expect(try read([call, Self.stop]).1.finishReason == .toolCalls)
        #expect(try read([call, "[DONE]"]).1.finishReason == .toolCalls)
    }

    @Test("end with the end of the body, if anything came")
    func end() throws {
        #expect(try read([#"{"choices": [{"delta": {"content": "a"}}]}"#]).0 == [.textDelta("a")])
        #expect(failure()?.category == .malformedResponse)
        #expect(failure(#"{"choices": [{"delta": {"reasoning": "a"}, "finish_reason": "stop"}]}"#) != nil)
        #expect(failure("[DONE]") == nil)
        #expect(failure(" [DONE] ", "\t") == nil)
    }

    @Test(
        "go on after a reason that is none",
        arguments: ["\"\"", "\"null\"", "null", "\"stop\"", "\"length\"", "\"odd\"", "7"])
    func noReason(reason: String) throws {
        var completion = OpenAICompatibleCompletion()
        for content in ["\"a\"", "\"b\""] {
            let chunk = "{\"choices\": [{\"delta\": {\"content\": \(content)}, \"finish_reason\": \(reason)}]}"
            _ = try completion.read(Array(chunk.utf8), of: endpoint)
            #expect(!completion.isTrusted && !completion.isDone)
        }
        _ = try completion.read(Array(#"{"choices": [{"delta": {"content": "c"}}]}"#.utf8), of: endpoint)
        #expect(completion.finishReason == nil)
        _ = try completion.read(Array(Self.stop.utf8), of: endpoint)
        #expect(completion.finishReason == .stop)
        #expect(completion.isTrusted == !["\"stop\"", "\"length\""].contains(reason))
    }

    @Test("have no reason while the model thinks")
    func reasonOfThoughts() throws {
        var completion = OpenAICompatibleCompletion()
        let thought = #"{"choices": [{"delta": {"reasoning_content": "hm", "content": ""}, "finish_reason": "stop"}]}"#
        _ = try completion.read(Array(thought.utf8), of: endpoint)
        #expect(completion.finishReason == nil && !completion.hasOutput)
    }

    @Test("that say they failed are a fault", arguments: ["error", "abort", "insufficient_system_resource"])
    func failed(reason: String) {
        let chunk = "{\"choices\": [{\"delta\": {\"content\": \"\"}, \"finish_reason\": \"\(reason)\"}]}"
        #expect(failure(#"{"choices": [{"delta": {"content": "a"}}]}"#, chunk)?.category == .unavailable)
    }

    @Test("may hold half a character each")
    func halves() throws {
        let text = { (content: String) in "{\"choices\": [{\"delta\": {\"content\": \"\(content)\"}}]}" }
        func heard(_ contents: String...) throws -> String {
            try read(contents.map(text) + [Self.stop]).0.map { if case .textDelta(let text) = $0 { text } else { "" } }
                .joined()
        }
        #expect(try heard(#"a \ud83d"#, #"\ude00 b"#) == "a 😀 b")
        #expect(try heard(#"\uD83D"#, "", #"\uDE00\ud83d\ude01"#) == "😀😁")
        #expect(try heard(#"a \ud83d"#, "b") == "a \u{FFFD}b")
        #expect(try heard(#"a \ude00"#) == "a \u{FFFD}")
        #expect(try heard(#"a \ud83d"#) == "a \u{FFFD}")
        #expect(try heard(#"\\ud83d"#, #"\\ude00 \u00e9\udbff\udfff"#) == #"\ud83d\ude00 é􏿿"#)
    }

    @Test("may be whole instead of streamed")
    func whole() throws {
        let answer =
            #"{"choices": [{"message": {"role": "assistant", "content": "hi", "tool_calls": [{"id": "a", "function": "#
            + #"{"name": "f", "arguments": "{}"}}]}, "finish_reason": "tool_calls"}], "usage": {"prompt_tokens": 1, "#
            + #""completion_tokens": 2}}"#
        let (pieces, result) = try read([answer])
        #expect(
            pieces == [
                .textDelta("hi"), .toolCallStarted(index: 0, id: "a", name: "f"),
                .toolCallArgumentsDelta(index: 0, delta: "{}"),
            ])
        #expect(result == .init(finishReason: .toolCalls, usage: .init(input: 1, output: 2)))
    }

    @Test("leave out what the model thinks, wherever it stands")
    func thoughts() throws {
        let (pieces, _) = try read([
            #"{"choices": [{"delta": {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "S"}]}]}}]}"#,
            #"{"choices": [{"delta": {"thinking": "S", "reasoning_details": [{"text": "S"}]}}]}"#,
            #"{"choices": [{"delta": {"content": "<thi"}}]}"#,
            #"{"choices": [{"delta": {"content": "nk>S</think>a"}}]}"#,
            Self.stop,
        ])
        #expect(pieces == [.textDelta("a")])
    }

    @Test(
        "count nothing that could overflow a sum",
        arguments: ["9223372036854775807", "-9223372036854775808", "1e308", "-1", "18446744073709551616"])
    func counts(number: String) throws {
        let usage =
            "{\"choices\": [], \"usage\": {\"prompt_tokens\": \(number), \"completion_tokens\": \(number), "
            + "\"prompt_tokens_details\": {\"cached_tokens\": \(number)}}}"
        let call = "{\"choices\": [{\"delta\": {\"tool_calls\": [{\"index\": \(number), \"id\": \"a\"}]}}]}"
        let named = #"{"choices": [{"delta": {"tool_calls": [{"id": "a", "function": {"name": "f"}}]}}]}"#
        let counted = try #require(try read([call, named, usage, Self.stop]).1.usage)
        for value in [counted.input, counted.output, counted.cachedInput] {
            #expect((0...JSONValue.largestCount).contains(value))
        }
    }

    @Test("must be JSON objects")
    func garbage() {
        for chunk in ["", "<html>", "[1]", "\"text\"", "{\"choices\": "] {
            #expect(failure(chunk)?.category == .malformedResponse, "\(chunk)")
        }
        #expect(failure("{\"choices\": 7}", Self.stop) == nil, "odd members are left out")
    }

    @Test(
        "may be an error, which is told by its code only",
        arguments: [
            (#"{"error": {"code": 429, "message": "SECRET"}}"#, ErrorCategory.rateLimited, "HTTP 429"),
            (#"{"error": {"code": "insufficient_quota", "message": "SECRET"}}"#, .quotaExceeded, "insufficient_quota"),
            (#"{"error": {"type": "server_error", "message": "SECRET"}, "choices": []}"#, .unavailable, "server_error"),
            (#"{"error": "SECRET"}"#, .unavailable, "failed"),
            (#"{"error": {"code": "SECRET code with blanks"}}"#, .unavailable, "failed"),
        ])
    func errors(chunk: String, category: ErrorCategory, words: String) throws {
        let error = try #require(failure(chunk))
        #expect(error.category == category)
        #expect(error.message.contains(words))
        #expect(!error.message.contains("SECRET"))
        #expect(error.message.hasPrefix("test language model "))
    }
}
