import Core
import Pipeline

/// Reads the chunks of one streamed completion.
///
/// Pure: bytes in, pieces of the answer out.
///
/// DESIGN: providers agree on the shape of a chunk and differ in the corners. The reason for the end comes before the usage, which
/// has a chunk of its own without choices, or stands in the last chunk, or at Groq under "x_groq". "[DONE]" may be missing if a
/// reason came. Content may be a string or a list of parts. Errors may stand in the middle of the stream. Reasoning is left out.
struct OpenAICompatibleCompletion {
    /// Why the answer ended, once that is known.
    private(set) var finishReason: LanguageModelResult.FinishReason?
    /// Whether anything came that the user hears or a tool gets.
    private(set) var hasOutput = false
    /// Whether the stream said that nothing follows.
    private(set) var isDone = false
    private var usage: LanguageModelResult.TokenUsage?
    private var toolCalls = OpenAICompatibleToolCalls()

    /// The data of one event; "[DONE]" is the last.
    mutating func read(_ data: [UInt8], of endpoint: OpenAICompatibleEndpoint) throws(ProviderError)
        -> [LanguageModelEvent]
    {
        if data.elementsEqual("[DONE]".utf8) {
            isDone = true
            return []
        }
        guard let chunk = try? JSONValue.parse(data), chunk.object != nil else {
            throw endpoint.fault(.malformedResponse, "streamed something that is not JSON")
        }
        if let error = chunk["error"], !error.isNull {
            throw endpoint.fault(status: nil, OpenAICompatibleErrorBody(error))
        }
        if let counted = LanguageModelResult.TokenUsage(chunk["usage"] ?? .null)
            ?? LanguageModelResult.TokenUsage(chunk["x_groq"]?["usage"] ?? .null)
        {
            usage = counted
        }
        guard let choice = chunk["choices"]?.array?.first else { return [] }
        var pieces: [LanguageModelEvent] = []
        if let delta = choice["delta"] {
            let text = Self.text(delta["content"]) + (delta["refusal"]?.string ?? "")
            if !text.isEmpty { pieces.append(.textDelta(text)) }
            pieces += toolCalls.read(delta["tool_calls"]?.array ?? [])
        }
        if !pieces.isEmpty { hasOutput = true }
        if let reason = choice["finish_reason"]?.string { finishReason = Self.reason(reason) }
        return pieces
    }

    /// What is still held back at the end of the stream.
    ///
    /// - Throws: `malformedResponse` if the stream ended before the answer did.
    mutating func finish(_ endpoint: OpenAICompatibleEndpoint) throws(ProviderError) -> [LanguageModelEvent] {
        guard finishReason != nil || isDone else {
            throw endpoint.fault(.malformedResponse, "stopped in the middle of its answer")
        }
        guard let pieces = toolCalls.finish() else {
            throw endpoint.fault(.malformedResponse, "called a tool without naming it")
        }
        return pieces
    }

    /// How it ended.
    ///
    /// Several providers say "stop" when they mean tool calls.
    var result: LanguageModelResult {
        let reason = finishReason ?? .stop
        return LanguageModelResult(
            finishReason: reason == .stop && !toolCalls.isEmpty ? .toolCalls : reason, usage: usage)
    }

    private static func text(_ content: JSONValue?) -> String {
        content?.string ?? content?.array?.compactMap { $0["text"]?.string }.joined() ?? ""
    }

    private static func reason(_ text: String) -> LanguageModelResult.FinishReason {
        switch text {
        case "length", "max_tokens": .length
        case "tool_calls", "function_call": .toolCalls
        case "content_filter": .contentFilter
        default: .stop
        }
    }
}

extension LanguageModelResult.TokenUsage {
    /// The `usage` of a chunk; nil if it is null or counts nothing.
    fileprivate init?(_ usage: JSONValue) {
        guard let input = usage["prompt_tokens"]?.integer, let output = usage["completion_tokens"]?.integer else {
            return nil
        }
        self.init(
            input: input, cachedInput: usage["prompt_tokens_details"]?["cached_tokens"]?.integer ?? 0, output: output)
    }
}
