import Agents
import Core
import Pipeline
import RealtimeProtocol

/// Turns conversation items into what a language model sees.
struct PromptBuilder {
    private(set) var request = LanguageModelRequest()
    /// Messages at the beginning of the prompt that are the instructions: one or none.
    private(set) var instructions = 0
    /// Messages after the instructions that stand for what was said before: one or none.
    private(set) var summaries = 0
    /// For each message, which of the items it came from, the first one where they are several; instructions come from none.
    private(set) var origins: [Int] = []
    private var item = 0

    /// A prompt of nothing but items.
    init() {}

    /// A prompt with the settings of `configuration`, overridden by those of `request`.
    init(
        configuration: SessionConfiguration, request wanted: ResponseRequest,
        template: InstructionTemplate = InstructionTemplate([:])
    ) {
        let instructions = template.rendered(wanted.instructions ?? configuration.instructions)
        if !instructions.isEmpty {
            append(.system(instructions))
            self.instructions = 1
        }
        request.tools = (wanted.tools ?? configuration.tools).compactMap { tool in
            guard case .function(let function) = tool else { return nil }
            return LanguageModelRequest.Tool(
                name: function.name, description: function.description, parameters: function.parameters)
        }
        request.tools += configuration.behavior.agent.serverTools.map { LanguageModelRequest.Tool($0) }
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
        request.temperature = wanted.temperature ?? configuration.temperature
    }

    /// Adds what stands for the oldest items; comes before they are added.
    mutating func add(summary: String) {
        append(SummaryPrompt.message(carrying: summary))
        summaries = 1
    }

    /// Adds the items, oldest first.
    ///
    /// Items without words are left out. A tool call stands directly before its result, as models demand; a call whose
    /// result has not come is left out.
    mutating func add(_ items: [ConversationItem], _ exchanges: ToolExchanges = ToolExchanges()) {
        var outputs: [CallID: String] = [:]
        for case .functionCallOutput(let id, let output) in items.map(\.content) { outputs[id] = output }
        var calls: [FunctionCall] = []
        for (index, item) in items.enumerated() {
            if let before = exchanges.before[item.id] {
                flush(&calls, outputs)
                self.item = index
                for exchange in before { append(exchange.calls) }
            }
            switch item.content {
            case .functionCall(let call):
                guard item.status == .completed, outputs[call.callID] != nil else { continue }
                if calls.isEmpty { self.item = index }
                calls.append(call)
            case .functionCallOutput:
                continue
            case .message(let role, let parts):
                flush(&calls, outputs)
                self.item = index
                add(role, parts)
            }
        }
        flush(&calls, outputs)
        for exchange in exchanges.last { append(exchange.calls) }
    }

    /// Leaves out what stands between the instructions, or the summary, and this message.
    mutating func keepMessages(from message: Int) {
        request.messages.removeSubrange(instructions + summaries..<message)
        origins.removeSubrange(instructions + summaries..<message)
    }

    private mutating func append(_ message: LanguageModelRequest.Message) {
        request.messages.append(message)
        origins.append(item)
    }

    private mutating func add(_ role: MessageRole, _ parts: [ContentPart]) {
        switch role {
        case .system:
            let text = Self.text(of: parts)
            if !text.isEmpty { append(.system(text)) }
        case .assistant:
            let text = Self.text(of: parts)
            if !text.isEmpty { append(.assistant(text: text, toolCalls: [])) }
        case .user:
            let content = parts.compactMap { part -> LanguageModelRequest.UserPart? in
                switch part {
                case .inputText(let text), .outputText(let text): text.isEmpty ? nil : .text(text)
                case .inputAudio(_, let transcript): (transcript ?? "").isEmpty ? nil : .text(transcript ?? "")
                case .outputAudio(let transcript): transcript.isEmpty ? nil : .text(transcript)
                case .inputImage(let url, let detail): .image(url: url, detail: detail)
                }
            }
            if !content.isEmpty { append(.user(content)) }
        }
    }

    private mutating func flush(_ calls: inout [FunctionCall], _ outputs: [CallID: String]) {
        append(
            calls.map {
                let call = LanguageModelRequest.ToolCall(
                    id: $0.callID.rawValue, name: $0.name, arguments: $0.arguments)
                return ToolExchange.Answered(call, outputs[$0.callID] ?? "")
            })
        calls = []
    }

    private mutating func append(_ answered: [ToolExchange.Answered]) {
        guard !answered.isEmpty else { return }
        let requested = answered.map(\.call)
        if case .assistant(let text, let earlier) = request.messages.last, earlier.isEmpty {
            request.messages[request.messages.count - 1] = .assistant(text: text, toolCalls: requested)
        } else {
            append(.assistant(text: nil, toolCalls: requested))
        }
        for call in answered { append(.tool(callID: call.call.id, output: Self.capped(call.output))) }
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
