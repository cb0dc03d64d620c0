package import Core

/// Writes the answer. Shared by all sessions; methods run on the caller's executor.
package protocol LanguageModel: Sendable {
    /// "scripted", "openai", "groq", …: as in `LLM_PROVIDER` and in metrics.
    var name: String { get }
    /// The model's name, as shown to operators.
    var model: String { get }

    /// Streams one answer. Cancelling the task aborts the provider's request at once.
    /// - Parameter onEvent: called in order for each piece, on the caller's executor.
    /// - Returns: how it ended and what it cost.
    func generate(
        _ request: LanguageModelRequest, onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult
}

/// One request to a language model.
package struct LanguageModelRequest: Sendable, Equatable {
    /// Oldest first; the system prompt, if any, is the first one.
    package var messages: [Message] = []
    package var tools: [Tool] = []
    package var toolChoice: ToolChoice = .auto
    package var parallelToolCalls: Bool?
    /// nil: the provider's own limit.
    package var maxOutputTokens: Int?
    /// nil: the provider's default.
    package var temperature: Double?
    package init() {}

    package enum Message: Sendable, Equatable {
        case system(String)
        case user([UserPart])
        case assistant(text: String?, toolCalls: [ToolCall])
        case tool(callID: String, output: String)
    }

    package enum UserPart: Sendable, Equatable {
        case text(String)
        /// A data URI or URL and its detail level.
        case image(url: String, detail: String)
    }

    package struct ToolCall: Sendable, Equatable {
        package var id: String
        package var name: String
        /// JSON text.
        package var arguments: String
        package init(id: String, name: String, arguments: String) {
            self.id = id
            self.name = name
            self.arguments = arguments
        }
    }

    package struct Tool: Sendable, Equatable {
        package var name: String
        package var description: String?
        /// JSON Schema.
        package var parameters: JSONValue?
        package init(name: String, description: String?, parameters: JSONValue?) {
            self.name = name
            self.description = description
            self.parameters = parameters
        }
    }

    package enum ToolChoice: Sendable, Equatable {
        case auto, none, required
        case function(name: String)
    }
}

/// One piece of a streamed answer.
package enum LanguageModelEvent: Sendable, Equatable {
    case textDelta(String)
    /// A tool call begins; `index` tells parallel calls apart. `id` is the provider's, empty if it gave none.
    case toolCallStarted(index: Int, id: String, name: String)
    case toolCallArgumentsDelta(index: Int, delta: String)
}

/// How an answer ended.
package struct LanguageModelResult: Sendable, Equatable {
    package enum FinishReason: Sendable, Equatable { case stop, toolCalls, length, contentFilter }
    package var finishReason: FinishReason
    /// nil when the provider counted nothing.
    package var usage: TokenUsage?
    package init(finishReason: FinishReason, usage: TokenUsage? = nil) {
        self.finishReason = finishReason
        self.usage = usage
    }

    /// The provider's own count.
    package struct TokenUsage: Sendable, Equatable {
        package var input: Int
        package var cachedInput: Int
        package var output: Int
        package init(input: Int, cachedInput: Int = 0, output: Int) {
            self.input = input
            self.cachedInput = cachedInput
            self.output = output
        }
    }
}
