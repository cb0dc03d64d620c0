import Core
import HTTPClient
import Pipeline

/// Reads the chunks of one streamed completion, or one that comes whole.
///
/// Pure: bytes in, pieces of the answer out.
///
/// DESIGN: providers agree on the shape of a chunk and differ in the corners. Only the end of the stream ends an answer: "[DONE]",
/// the end of the body, or a reason that nothing follows; a reason that content follows is forgotten. Usage comes after the reason,
/// with it, or at Groq under "x_groq". Content may be a string or a list of parts. Errors may stand in the middle of the stream.
/// What the model thinks is left out wherever it stands (`HeardText`).
struct OpenAICompatibleCompletion {
    /// Why the answer ended, as far as the server said by now.
    private(set) var finishReason: LanguageModelResult.FinishReason?
    /// Whether anything came that the user hears or a tool gets.
    private(set) var hasOutput = false
    /// Whether the stream said that nothing follows.
    private(set) var isDone = false
    /// Whether the reason came by itself, from a server that gave none before the end, so that the answer is whole without its end.
    var isTrusted: Bool { finishReason != nil && hasOutput && cameAlone && !givesReasonsEarly }
    /// Whether the model's thoughts came in its text and without a beginning.
    var beginsInThought: Bool { heard.endedUnbegunThought }
    private var cameAlone = false
    /// Why a thought ended, if nothing followed it.
    private var thoughtReason: LanguageModelResult.FinishReason?
    private var givesReasonsEarly = false
    private var usage: LanguageModelResult.TokenUsage?
    private var toolCalls: OpenAICompatibleToolCalls
    private var heard: HeardText
    private var halves = SurrogateHalves()

    /// - Parameters:
    ///   - beginsInThought: the model's text begins within a thought.
    ///   - provider: who answers.
    init(beginsInThought: Bool = false, provider: String = "") {
        heard = HeardText(beginsInThought: beginsInThought)
        toolCalls = OpenAICompatibleToolCalls(provider: provider)
    }

    /// One event of the stream.
    mutating func read(_ event: ServerSentEvent, of endpoint: OpenAICompatibleEndpoint) throws(ProviderError)
        -> [LanguageModelEvent]
    {
        if event.name == "error" {
            let body = OpenAICompatibleErrorBody(event.data)
            throw endpoint.fault(status: nil, body)
        }
        return try read(event.data, of: endpoint)
    }

    /// The data of one event; "[DONE]" is the last.
    mutating func read(_ data: [UInt8], of endpoint: OpenAICompatibleEndpoint) throws(ProviderError)
        -> [LanguageModelEvent]
    {
        switch Self.trimmed(data) {
        case let text where text.elementsEqual("[DONE]".utf8):
            isDone = true
            return []
        case let text where text.isEmpty: return []
        default: break
        }
        let marked = SurrogateHalves.marked(data)
        guard let chunk = Self.object(marked ?? data) else {
            throw endpoint.fault(.malformedResponse, "streamed something that is not JSON")
        }
        if let error = chunk["error"], !error.isNull {
            throw endpoint.fault(status: nil, OpenAICompatibleErrorBody(error))
        }
        if chunk["object"]?.string == "error" || chunk["choices"] == nil && chunk["detail"] != nil {
            throw endpoint.fault(status: nil, OpenAICompatibleErrorBody(chunk["detail"] ?? chunk))
        }
        let choice = chunk["choices"]?.array?.first
        if let counted = LanguageModelResult.TokenUsage(chunk["usage"])
            ?? LanguageModelResult.TokenUsage(chunk["x_groq"]?["usage"])
            ?? LanguageModelResult.TokenUsage(choice?["usage"])
        {
            usage = counted
        }
        guard let choice else { return [] }
        if let error = choice["error"], !error.isNull {
            throw endpoint.fault(status: nil, OpenAICompatibleErrorBody(error))
        }
        return try read(choice, isMarked: marked != nil, of: endpoint)
    }

    private mutating func read(
        _ choice: JSONValue, isMarked: Bool, of endpoint: OpenAICompatibleEndpoint
    ) throws(ProviderError) -> [LanguageModelEvent] {
        let delta = choice["delta"]?.object == nil ? choice["message"] : choice["delta"]
        let written = halves.joined(Self.text(delta?["content"] ?? choice["text"]), isMarked: isMarked)
        let isThought = Self.thoughts.contains { Self.holdsSomething(delta?[$0]) }
        if isThought { heard.thoughtsComeApart() }
        var pieces: [LanguageModelEvent] = []
        append(heard.read(written) + (delta?["refusal"]?.string ?? ""), to: &pieces)
        let calls = delta?["tool_calls"]?.array ?? Self.functionCall(delta?["function_call"])
        pieces += toolCalls.read(calls, isMarked: isMarked)
        if !pieces.isEmpty { hasOutput = true }
        let isEmpty = pieces.isEmpty && written.isEmpty && !isThought && calls.isEmpty
        if !isEmpty, finishReason != nil {
            givesReasonsEarly = true
            finishReason = nil
        }
        switch FinishReason(choice["finish_reason"]) {
        case .none: break
        case .fault:
            throw endpoint.fault(.unavailable, "failed in the middle of its answer")
        case .ended(let reason):
            // A reason that comes with a thought ends the thought, and the answer where nothing follows.
            guard !isThought || !written.isEmpty || !calls.isEmpty else {
                thoughtReason = reason
                break
            }
            finishReason = reason
            cameAlone = isEmpty
        case .unknown:
            guard isEmpty else { break }
            finishReason = .stop
            cameAlone = true
        }
        return pieces
    }

    /// What is still held back at the end of the stream.
    ///
    /// - Throws: `malformedResponse` if nothing came at all, or the stream ended before the answer did.
    mutating func finish(_ endpoint: OpenAICompatibleEndpoint) throws(ProviderError) -> [LanguageModelEvent] {
        var pieces: [LanguageModelEvent] = []
        let rest = heard.read(halves.finish())
        let isWhole = toolCalls.isEmpty && (finishReason ?? .stop) == .stop
        append(rest + heard.finish(isWhole: isWhole), to: &pieces)
        guard let calls = toolCalls.finish() else {
            throw endpoint.fault(.malformedResponse, "called a tool without naming it")
        }
        pieces += calls
        if !pieces.isEmpty { hasOutput = true }
        guard finishReason != nil || isDone || hasOutput else {
            throw endpoint.fault(.malformedResponse, "stopped in the middle of its answer")
        }
        return pieces
    }

    /// How it ended.
    ///
    /// Several providers say "stop" when they mean tool calls.
    var result: LanguageModelResult {
        let reason = finishReason ?? (hasOutput ? nil : thoughtReason) ?? .stop
        return LanguageModelResult(
            finishReason: reason == .stop && !toolCalls.isEmpty ? .toolCalls : reason, usage: usage)
    }

    private func append(_ text: String, to pieces: inout [LanguageModelEvent]) {
        if !text.isEmpty { pieces.append(.textDelta(text)) }
    }

    /// The members of a delta that hold what the model thinks.
    private static let thoughts = [
        "reasoning", "reasoning_content", "reasoning_details", "thinking", "thinking_blocks",
    ]

    private static func holdsSomething(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null, .bool: false
        case .string(let text): !text.isEmpty
        case .array(let elements): !elements.isEmpty
        default: true
        }
    }

    private static func text(_ content: JSONValue?) -> String {
        switch content {
        case .string(let text): text
        case .array(let parts): parts.map(part).joined()
        case .some(let content): part(content)
        case nil: ""
        }
    }

    /// The text of a part of the content; parts of other types are thoughts, pictures or quotes.
    private static func part(_ part: JSONValue) -> String {
        switch part["type"]?.string {
        case nil, "text", "output_text", "refusal": (part["text"] ?? part["refusal"])?.string ?? part.string ?? ""
        default: ""
        }
    }

    /// The one call of servers that know no lists of them.
    private static func functionCall(_ call: JSONValue?) -> [JSONValue] {
        guard let call, call.object != nil else { return [] }
        return [.object(["index": .integer(0), "function": call])]
    }

    private static func object(_ data: [UInt8]) -> JSONValue? {
        var value = try? JSONValue.parse(data)
        if value == nil {
            // Bytes that are no UTF-8 cost their character, not the answer.
            value = try? JSONValue.parse(String(decoding: data, as: UTF8.self))
        }
        return value?.object == nil ? nil : value
    }

    private static func trimmed(_ data: [UInt8]) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = data.firstIndex(where: { !isBlank($0) }), let last = data.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return data[first...last]
    }
}
