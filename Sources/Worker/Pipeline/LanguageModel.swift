package import Core

/// Writes the answer.
///
/// Shared by all sessions; methods run on the caller's executor.
package protocol LanguageModel: Sendable {
    /// "scripted", "openai", "groq", …: as in `LLM_PROVIDER` and in metrics.
    var name: String { get }
    /// The model's name, as shown to operators.
    var model: String { get }
    /// Whether a request may hold pictures.
    var acceptsImages: Bool { get }
    /// Whether it can write a summary when asked to; one that cannot is never asked.
    var canSummarize: Bool { get }
    /// How long a caller may wait for its first word.
    var patience: Duration { get }

    /// Streams one answer. Cancelling the task aborts the provider's request at once.
    ///
    /// - Parameters:
    ///   - request: the conversation so far, and what the model may do.
    ///   - onEvent: called in order for each piece, on the caller's executor.
    /// - Returns: how it ended and what it cost.
    /// - Throws: why there is no whole answer; what came before stays valid.
    func generate(
        _ request: LanguageModelRequest, onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult

    /// The same model for one piece of work: each request that it sends asks the gate first.
    func gated(by work: ProviderWork) -> any LanguageModel
}

extension LanguageModel {
    /// Every real language model can.
    package var canSummarize: Bool { true }
    /// The default of the stage.
    package var patience: Duration { ProviderDeadlines().firstToken }
}

/// One request to a language model.
package struct LanguageModelRequest: Sendable, Equatable {
    /// Another model of the first provider than its usual one; nil: the usual one.
    package var model: String?
    /// Whether a summary is asked for, which not every model can write.
    package var isSummary = false
    /// Oldest first; the system prompt, if any, is the first one.
    package var messages: [Message] = []
    /// What the model may call.
    package var tools: [Tool] = []
    /// Whether it may, must or must not call.
    package var toolChoice: ToolChoice = .auto
    /// Whether it may call several at once; nil: the provider's default.
    package var parallelToolCalls: Bool?
    /// nil: the provider's own limit.
    package var maxOutputTokens: Int?
    /// nil: the provider's default.
    package var temperature: Double?
    /// How the caller itself repeats the request; nil: it does not, and the provider may be asked twice.
    package var repetition: Repetition?
    /// A request with nothing in it.
    package init() {}

    /// One request of several for the same answer.
    package struct Repetition: Sendable, Equatable {
        /// Whether the caller may not ask once more.
        package var isLast: Bool
        /// When the first word is due, whichever of the requests it follows.
        package var firstWordBy: MonotonicInstant
        /// A request of several.
        package init(isLast: Bool, firstWordBy: MonotonicInstant) {
            self.isLast = isLast
            self.firstWordBy = firstWordBy
        }
    }

    /// One message of the conversation, by who said it.
    package enum Message: Sendable, Equatable {
        case system(String)
        case user([UserPart])
        case assistant(text: String?, toolCalls: [ToolCall])
        case tool(callID: String, output: String)
    }

    /// A part of what the user said.
    package enum UserPart: Sendable, Equatable {
        case text(String)
        /// A data URI or URL and its detail level.
        case image(url: String, detail: String)
    }

    /// A call that the model made.
    package struct ToolCall: Sendable, Equatable {
        /// What the call's output refers to.
        package var id: String
        /// The tool's name.
        package var name: String
        /// JSON text.
        package var arguments: String
        /// What the provider wants back with the call: a JSON text that only `ToolCallExtra` reads.
        package var extra: String?
        /// A call with these parts.
        package init(id: String, name: String, arguments: String, extra: String? = nil) {
            self.id = id
            self.name = name
            self.arguments = arguments
            self.extra = extra
        }
    }

    /// A function that the client offers to run.
    package struct Tool: Sendable, Equatable {
        /// What the model calls it by.
        package var name: String
        /// What it is good for, in the client's words.
        package var description: String?
        /// JSON Schema.
        package var parameters: JSONValue?
        /// A tool with these parts.
        package init(name: String, description: String?, parameters: JSONValue?) {
            self.name = name
            self.description = description
            self.parameters = parameters
        }
    }

    /// Which tools may be called.
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
    /// What the provider wants back with the call, as `ToolCallExtra` writes it; only that provider reads it.
    case toolCallExtra(index: Int, String)
}

/// How an answer ended.
package struct LanguageModelResult: Sendable, Equatable {
    /// Why a model stops.
    package enum FinishReason: Sendable, Equatable { case stop, toolCalls, length, contentFilter }
    /// Why it stopped.
    package var finishReason: FinishReason
    /// nil when the provider counted nothing.
    package var usage: TokenUsage?
    /// A result with these parts.
    package init(finishReason: FinishReason, usage: TokenUsage? = nil) {
        self.finishReason = finishReason
        self.usage = usage
    }

    /// The provider's own count.
    package struct TokenUsage: Sendable, Equatable {
        /// Tokens of the request, cached ones included.
        package var input: Int
        /// Tokens of the request that the provider had from before.
        package var cachedInput: Int
        /// Tokens of the answer.
        package var output: Int
        /// A count.
        package init(input: Int, cachedInput: Int = 0, output: Int) {
            self.input = input
            self.cachedInput = cachedInput
            self.output = output
        }
    }
}
