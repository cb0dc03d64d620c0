import Pipeline
import RealtimeProtocol

/// One thing that a model may be shown: a message, or one call of a tool with its result.
///
/// It holds texts as they are stored; the model's messages are made of those parts only that it is shown.
struct PromptPart {
    /// What it shows.
    enum Content {
        case message(MessageRole, [ContentPart])
        case summary(String)
        case call(LanguageModelRequest.ToolCall, output: String)
    }

    let content: Content
    /// Which of the entries it came from.
    let entry: Int
    /// Where the result of a call stands, if it is an entry.
    var result: Int?
    /// Calls of one group are one message of the assistant.
    var group = 0
    /// How large its messages are.
    let size: PromptSize

    /// Whether a turn begins with it: the user says something.
    var beginsTurn: Bool {
        switch content {
        case .message(let role, _): role == .user
        case .summary: true
        case .call: false
        }
    }

    /// Whether it is the result of a tool.
    var isCall: Bool { if case .call = content { true } else { false } }

    /// Bytes about as long as a token: the two messages of a call are rounded up apart.
    private static let rounding = 4

    /// nil for a message without words.
    init?(_ role: MessageRole, _ parts: [ContentPart], entry: Int) {
        var size = PromptSize()
        size.messages = 1
        var texts = 0
        for part in parts {
            if case .inputImage(let url, let detail) = part {
                if role == .user { size.addImage(url, detail: detail) }
            } else if let text = part.text, !text.isEmpty {
                size.bytes += text.utf8.count
                texts += 1
            }
        }
        guard texts > 0 || size.imageTokens > 0 else { return nil }
        // The texts of one message are joined by line ends.
        if role != .user { size.bytes += texts - 1 }
        content = .message(role, parts)
        self.entry = entry
        self.size = size
    }

    /// What stands for the oldest items.
    init(summary: String) {
        content = .summary(summary)
        entry = 0
        size = PromptSize(of: SummaryPrompt.message(carrying: summary))
    }

    /// A call and its result; `isFramed` where it is the first of a message of the assistant's.
    init(_ call: LanguageModelRequest.ToolCall, output: String, entry: Int, result: Int?, group: Int, isFramed: Bool) {
        content = .call(call, output: output)
        self.entry = entry
        self.result = result
        self.group = group
        var size = PromptSize()
        size.messages = isFramed ? 2 : 1
        size.bytes = call.name.utf8.count + call.arguments.utf8.count + output.utf8.count + Self.rounding
        size.bytes += call.extra?.utf8.count ?? 0
        self.size = size
    }
}

extension ContentPart {
    /// Its words; nil where it can have none.
    var text: String? {
        switch self {
        case .inputText(let text), .outputText(let text): text
        case .inputAudio(_, let transcript): transcript
        case .outputAudio(let transcript): transcript
        case .inputImage: nil
        }
    }
}
