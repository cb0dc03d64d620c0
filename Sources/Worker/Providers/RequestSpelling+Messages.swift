import Pipeline

extension RequestSpelling {
    typealias Message = LanguageModelRequest.Message

    /// `messages` as the server takes them: at least one, none of them empty, in an order that it accepts.
    func prepared(_ messages: [Message]) -> [Message] {
        var prepared = messages.compactMap(Self.filled)
        if has(.oneSystemMessage) { prepared = Self.withOneSystemMessage(prepared) }
        if prepared.isEmpty || has(.endsWithUser) { prepared = Self.endingWithUser(prepared) }
        return has(.alternates) ? Self.alternating(prepared) : prepared
    }

    /// `message` without empty parts, which strict servers refuse; nil if nothing is left.
    private static func filled(_ message: Message) -> Message? {
        switch message {
        case .system(let text): return isBlank(text) ? nil : message
        case .user(let parts):
            let filled = parts.filter { if case .text(let text) = $0 { !isBlank(text) } else { true } }
            return filled.isEmpty ? nil : .user(filled)
        case .assistant(let text, let calls):
            guard isBlank(text ?? "") else { return message }
            return calls.isEmpty ? nil : .assistant(text: nil, toolCalls: calls)
        case .tool(let id, let output): return isBlank(output) ? .tool(callID: id, output: noOutput) : message
        }
    }

    private static func isBlank(_ text: String) -> Bool { !text.utf8.contains { $0 > 0x20 } }

    /// `messages` with something that the user says at the end, where the assistant has spoken last, or nobody has.
    static func endingWithUser(_ messages: [Message]) -> [Message] {
        let last = messages.last { if case .system = $0 { false } else { true } }
        switch last {
        case nil: return messages + [.user([.text(opening)])]
        case .assistant(_, let calls) where calls.isEmpty: return messages + [.user([.text(continuing)])]
        default: return messages
        }
    }

    /// All instructions in the first message.
    private static func withOneSystemMessage(_ messages: [Message]) -> [Message] {
        var instructions: [String] = []
        var others: [Message] = []
        for message in messages {
            if case .system(let text) = message { instructions.append(text) } else { others.append(message) }
        }
        return (instructions.isEmpty ? [] : [.system(instructions.joined(separator: "\n\n"))]) + others
    }

    /// User and assistant in turns, the user first.
    ///
    /// Templates count as a turn what the user says and what the assistant says without a call; what it says beside a call is not counted.
    private static func alternating(_ messages: [Message]) -> [Message] {
        var result: [Message] = []
        var instructions: [LanguageModelRequest.UserPart] = []
        for message in messages {
            switch (result.last, message) {
            case (.user(let earlier), .user(let parts)): result[result.count - 1] = .user(earlier + parts)
            case (.assistant(let earlier, let none), .assistant(let text, let calls)) where none.isEmpty:
                let texts = [earlier, text].compactMap(\.self)
                result[result.count - 1] = .assistant(text: texts.joined(separator: "\n"), toolCalls: calls)
            // Templates that count turns have no place for instructions between them.
            case (.some, .system(let text)): instructions.append(.text(text))
            case (nil, .assistant), (.system, .assistant): result += [.user([.text(opening)]), message]
            case (.tool, .user): result += [.assistant(text: noted, toolCalls: []), message]
            default: result.append(message)
            }
            if case .user(let parts) = result.last, !instructions.isEmpty {
                result[result.count - 1] = .user(parts + instructions)
                instructions = []
            }
        }
        guard !instructions.isEmpty else { return result }
        if case .tool = result.last { result.append(.assistant(text: noted, toolCalls: [])) }
        return result + [.user(instructions)]
    }

    /// Said for an assistant that has not said anything about the results of its calls.
    static let noted = "(noted)"
    /// Said for a user who has not said anything yet.
    static let opening = "(The user has not said anything yet. Begin the conversation.)"
    /// Said for a user who has not said anything since the last answer.
    static let continuing = "(The user has not said anything more. Go on.)"
    /// Said for a tool that gave nothing back.
    static let noOutput = "(no output)"
}
