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

    @Test("must come to an end")
    func cut() {
        #expect(failure(#"{"choices": [{"delta": {"content": "a"}}]}"#)?.category == .malformedResponse)
        #expect(failure()?.category == .malformedResponse)
        #expect(failure("[DONE]") == nil)
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
