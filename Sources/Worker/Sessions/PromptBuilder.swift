import Agents
import Core
import Pipeline
import RealtimeProtocol

/// Turns conversation items into what a language model sees.
///
/// DESIGN. A prompt is made in two steps. First come parts, which hold the stored texts and their sizes and copy no text; by their
/// sizes it is decided what the model gets. Then messages are made of these parts alone, so that a prompt costs what is sent and
/// not what is stored.
struct PromptBuilder {
    /// The instructions, the tools and the parameters; the messages come last.
    private(set) var request = LanguageModelRequest()
    /// What stands after the instructions, oldest first; a summary comes first.
    private(set) var parts: [PromptPart] = []
    /// Parts that stand for what was said before: one or none.
    private(set) var summaries = 0
    /// The tokens of the instructions come from this size.
    private(set) var instructions = PromptSize()
    private var groups = 0

    /// A prompt of nothing but items.
    init() {}

    /// A prompt with the settings of `configuration`, overridden by those of `request`.
    init(
        configuration: SessionConfiguration, request wanted: ResponseRequest,
        template: InstructionTemplate = InstructionTemplate([:])
    ) {
        let instructions = template.rendered(wanted.instructions ?? configuration.instructions)
        if !instructions.isEmpty {
            request.messages = [.system(instructions)]
            self.instructions = PromptSize(of: .system(instructions))
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
        parts.append(PromptPart(summary: summary))
        summaries = 1
    }

    /// Adds the entries, oldest first, and exchanges that no item has followed yet.
    ///
    /// Items without words are left out. A tool call stands directly before its result, as models demand; a call whose
    /// result has not come is left out.
    mutating func add(_ entries: [Conversation.Entry], last: [ToolExchange] = []) {
        var outputs: [CallID: Int] = [:]
        for (index, entry) in entries.enumerated() {
            if case .functionCallOutput(let id, _) = entry.item.content { outputs[id] = index }
        }
        var isGroupOpen = false
        for (index, entry) in entries.enumerated() {
            if !entry.exchanges.isEmpty {
                isGroupOpen = false
                for exchange in entry.exchanges { add(exchange, entry: index) }
            }
            switch entry.item.content {
            case .functionCall(let call):
                guard entry.item.status == .completed, let result = outputs[call.callID] else { continue }
                let output = entries[result].shownOutput
                let call = LanguageModelRequest.ToolCall(
                    id: call.callID.rawValue, name: call.name, arguments: call.arguments, extra: call.extra)
                add(call, output, entry: index, result: result, isFirst: !isGroupOpen)
                isGroupOpen = true
            case .functionCallOutput, .mcpListTools:
                continue
            case .message(let role, let content):
                isGroupOpen = false
                if let part = PromptPart(role, content, entry: index) { parts.append(part) }
            }
        }
        for exchange in last { add(exchange, entry: max(0, entries.count - 1)) }
    }

    private mutating func add(_ exchange: ToolExchange, entry: Int) {
        for (position, call) in exchange.calls.enumerated() {
            add(call.call, call.output, entry: entry, result: nil, isFirst: position == 0)
        }
    }

    private mutating func add(
        _ call: LanguageModelRequest.ToolCall, _ output: String, entry: Int, result: Int?, isFirst: Bool
    ) {
        if isFirst { groups += 1 }
        let isFramed = isFirst && !(parts.last.map(Self.isAssistant) ?? false)
        parts.append(
            PromptPart(call, output: output, entry: entry, result: result, group: groups, isFramed: isFramed))
    }

    private static func isAssistant(_ part: PromptPart) -> Bool {
        if case .message(.assistant, _) = part.content { true } else { false }
    }

    // MARK: Messages

    /// Leaves out the parts that `fit` leaves out and makes messages of the others.
    func finished(_ fit: ContextWindow.Fit) -> LanguageModelRequest {
        var request = request
        Self.append(parts[..<summaries], to: &request.messages)
        switch fit {
        case .everything, .tooLong: Self.append(parts[summaries...], to: &request.messages)
        case .from(let part): Self.append(parts[part...], to: &request.messages)
        case .newestTurn(let opening, let part):
            Self.append(parts[opening...opening], to: &request.messages)
            Self.append(parts[part...], to: &request.messages)
        }
        return request
    }

    /// What the model sees of `parts`.
    static func messages(of parts: ArraySlice<PromptPart>) -> [LanguageModelRequest.Message] {
        var messages: [LanguageModelRequest.Message] = []
        append(parts, to: &messages)
        return messages
    }

    private static func append(
        _ parts: ArraySlice<PromptPart>, to messages: inout [LanguageModelRequest.Message]
    ) {
        var index = parts.startIndex
        while index < parts.endIndex {
            switch parts[index].content {
            case .summary(let text): messages.append(SummaryPrompt.message(carrying: text))
            case .message(let role, let content): messages.append(message(role, content))
            case .call:
                let end = parts[index...].firstIndex { $0.group != parts[index].group || !$0.isCall } ?? parts.endIndex
                append(calls: parts[index..<end], to: &messages)
                index = end
                continue
            }
            index += 1
        }
    }

    private static func append(calls: ArraySlice<PromptPart>, to messages: inout [LanguageModelRequest.Message]) {
        var requested: [LanguageModelRequest.ToolCall] = []
        var results: [LanguageModelRequest.Message] = []
        for case .call(let call, let output) in calls.map(\.content) {
            requested.append(call)
            results.append(.tool(callID: call.id, output: output))
        }
        if case .assistant(let text, let earlier) = messages.last, earlier.isEmpty {
            messages[messages.count - 1] = .assistant(text: text, toolCalls: requested)
        } else {
            messages.append(.assistant(text: nil, toolCalls: requested))
        }
        messages += results
    }

    private static func message(_ role: MessageRole, _ parts: [ContentPart]) -> LanguageModelRequest.Message {
        switch role {
        case .system: return .system(text(of: parts))
        case .assistant: return .assistant(text: text(of: parts), toolCalls: [])
        case .user:
            return .user(
                parts.compactMap { part in
                    if case .inputImage(let url, let detail) = part { return .image(url: url, detail: detail) }
                    guard let text = part.text, !text.isEmpty else { return nil }
                    return .text(text)
                })
        }
    }

    private static func text(of parts: [ContentPart]) -> String {
        let texts = parts.compactMap(\.text).filter { !$0.isEmpty }
        return texts.count == 1 ? texts[0] : texts.joined(separator: "\n")
    }
}
