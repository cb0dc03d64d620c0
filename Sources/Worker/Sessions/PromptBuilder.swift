import Core
import Pipeline
import RealtimeProtocol

/// Turns conversation items into what a language model sees.
struct PromptBuilder {
    private(set) var request = LanguageModelRequest()

    /// A prompt with the settings of `configuration`, overridden by those of `request`.
    init(configuration: SessionConfiguration, request wanted: ResponseRequest) {
        let instructions = wanted.instructions ?? configuration.instructions
        if !instructions.isEmpty { request.messages.append(.system(instructions)) }
        request.tools = (wanted.tools ?? configuration.tools).compactMap { tool in
            guard case .function(let function) = tool else { return nil }
            return LanguageModelRequest.Tool(
                name: function.name, description: function.description, parameters: function.parameters)
        }
        request.toolChoice =
            switch wanted.toolChoice ?? configuration.toolChoice {
            case .auto, .mcp: .auto
            case .none: .none
            case .required: .required
            case .function(let name): .function(name: name)
            }
        request.parallelToolCalls = wanted.parallelToolCalls ?? configuration.parallelToolCalls
        if case .limited(let tokens) = wanted.maxOutputTokens ?? configuration.maxOutputTokens {
            request.maxOutputTokens = tokens
        }
        request.temperature = wanted.temperature
    }

    /// Adds the items, oldest first.
    ///
    /// Items without words are left out. A tool call stands directly before its result, as models demand; a call whose
    /// result has not come is left out.
    mutating func add(_ items: [ConversationItem]) {
        var outputs: [CallID: String] = [:]
        for case .functionCallOutput(let id, let output) in items.map(\.content) { outputs[id] = output }
        var calls: [FunctionCall] = []
        for item in items {
            switch item.content {
            case .functionCall(let call):
                if item.status == .completed, outputs[call.callID] != nil { calls.append(call) }
            case .functionCallOutput:
                continue
            case .message(let role, let parts):
                flush(&calls, outputs)
                add(role, parts)
            }
        }
        flush(&calls, outputs)
    }

    /// Characters of all messages, for estimating tokens.
    static func characters(of request: LanguageModelRequest) -> Int {
        request.messages.reduce(0) { count, message in
            switch message {
            case .system(let text): count + text.count
            case .user(let parts):
                parts.reduce(count) { if case .text(let text) = $1 { $0 + text.count } else { $0 } }
            case .assistant(let text, let calls):
                calls.reduce(count + (text?.count ?? 0)) { $0 + $1.name.count + $1.arguments.count }
            case .tool(_, let output): count + output.count
            }
        }
    }

    private mutating func add(_ role: MessageRole, _ parts: [ContentPart]) {
        switch role {
        case .system:
            let text = Self.text(of: parts)
            if !text.isEmpty { request.messages.append(.system(text)) }
        case .assistant:
            let text = Self.text(of: parts)
            if !text.isEmpty { request.messages.append(.assistant(text: text, toolCalls: [])) }
        case .user:
            let content = parts.compactMap { part -> LanguageModelRequest.UserPart? in
                switch part {
                case .inputText(let text), .outputText(let text): text.isEmpty ? nil : .text(text)
                case .inputAudio(_, let transcript): (transcript ?? "").isEmpty ? nil : .text(transcript ?? "")
                case .outputAudio(let transcript): transcript.isEmpty ? nil : .text(transcript)
                case .inputImage(let url, let detail): .image(url: url, detail: detail)
                }
            }
            if !content.isEmpty { request.messages.append(.user(content)) }
        }
    }

    private mutating func flush(_ calls: inout [FunctionCall], _ outputs: [CallID: String]) {
        guard !calls.isEmpty else { return }
        let requested = calls.map {
            LanguageModelRequest.ToolCall(id: $0.callID.rawValue, name: $0.name, arguments: $0.arguments)
        }
        if case .assistant(let text, let earlier) = request.messages.last, earlier.isEmpty {
            request.messages[request.messages.count - 1] = .assistant(text: text, toolCalls: requested)
        } else {
            request.messages.append(.assistant(text: nil, toolCalls: requested))
        }
        for call in calls {
            let output = Self.capped(outputs[call.callID] ?? "")
            request.messages.append(.tool(callID: call.callID.rawValue, output: output))
        }
        calls = []
    }

    /// Characters of one tool result that the model sees.
    static let toolOutputLimit = 64_000

    /// `output`, or its beginning and a note to the model when it is too long.
    private static func capped(_ output: String) -> String {
        guard output.utf8.count > toolOutputLimit, output.count > toolOutputLimit else { return output }
        return output.prefix(toolOutputLimit)
            + "\n[The result is longer; \(output.count - toolOutputLimit) characters were left out.]"
    }

    private static func text(of parts: [ContentPart]) -> String {
        parts.compactMap { part in
            switch part {
            case .inputText(let text), .outputText(let text): text
            case .inputAudio(_, let transcript): transcript
            case .outputAudio(let transcript): transcript
            case .inputImage: nil
            }
        }.joined(separator: "\n")
    }
}
