package import Core

/// One item of a conversation (protocol section 5).
package struct ConversationItem: Sendable, Equatable {
    /// Ours, or the client's own; empty until the session has given it one.
    package var id: ItemID
    /// Whether it is still being made.
    package var status: ItemStatus
    /// What it holds.
    package var content: Content

    /// An item as it stands in the conversation.
    package init(id: ItemID, status: ItemStatus = .completed, content: Content) {
        self.id = id
        self.status = status
        self.content = content
    }

    /// What the item holds.
    package enum Content: Sendable, Equatable {
        case message(role: MessageRole, parts: [ContentPart])
        case functionCall(FunctionCall)
        case functionCallOutput(callID: CallID, output: String)
        /// The tools of an MCP server: none, since no server is asked.
        case mcpListTools(serverLabel: String)
    }
}

/// Whether an item is still being made.
package enum ItemStatus: String, Sendable {
    case inProgress = "in_progress"
    case completed, incomplete
}

/// Who said it.
package enum MessageRole: String, Sendable { case system, user, assistant }

/// A call of a client's tool.
package struct FunctionCall: Sendable, Equatable {
    /// By which the result refers to the call.
    package var callID: CallID
    /// The tool's name.
    package var name: String
    /// JSON text, exactly as the model wrote it.
    package var arguments: String
    /// What the model's provider wants back with the call; no event shows it, and no client can set it.
    package var extra: String?
    /// A call with these values.
    package init(callID: CallID, name: String, arguments: String) {
        self.callID = callID
        self.name = name
        self.arguments = arguments
    }
}

/// One part of a message.
package enum ContentPart: Sendable, Equatable {
    case inputText(String)
    /// Audio of the user: bytes in the session's input format if the client sent them with the item; nil for audio that
    /// came through the input buffer. The transcript is nil until known.
    case inputAudio(audio: [UInt8]?, transcript: String?)
    /// A data URI (png, jpeg) and its detail level.
    case inputImage(url: String, detail: String)
    case outputText(String)
    /// The answer's speech: `transcript` is what was or will be heard.
    case outputAudio(transcript: String)
}
