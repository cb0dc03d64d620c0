package import Core

/// The `response` object of `response.created` and `response.done` (protocol section 6.2).
package struct ResponseObject: Sendable, Equatable {
    /// The response's id.
    package var id: ResponseID
    /// How it stands.
    package var status: ResponseStatus
    /// Items made so far; empty in `response.created`.
    package var output: [ConversationItem] = []
    /// nil for an out-of-band response.
    package var conversationID: ConversationID?
    /// Whether it is spoken or written.
    package var outputModality: OutputModality
    /// Its cap on tokens.
    package var maxOutputTokens: TokenLimit
    /// The voice it is spoken with.
    package var voice: String
    /// The format its audio leaves in.
    package var outputFormat: AudioFormat
    /// Beta shape only.
    package var temperature: Double
    /// nil while in progress.
    package var usage: Usage?
    /// How long its parts took; nil: not shown.
    package var latency: ResponseLatency?
    /// What the client attached to it.
    package var metadata: [String: String]?

    /// A response without output and usage.
    package init(
        id: ResponseID, status: ResponseStatus, conversationID: ConversationID?, outputModality: OutputModality,
        maxOutputTokens: TokenLimit, voice: String, outputFormat: AudioFormat, temperature: Double,
        metadata: [String: String]?
    ) {
        self.id = id
        self.status = status
        self.conversationID = conversationID
        self.outputModality = outputModality
        self.maxOutputTokens = maxOutputTokens
        self.voice = voice
        self.outputFormat = outputFormat
        self.temperature = temperature
        self.metadata = metadata
    }
}

/// How a response stands, with the details that `status_details` shows (protocol section 3.11).
package enum ResponseStatus: Sendable, Equatable {
    case inProgress
    case completed
    case cancelled(CancelReason)
    case incomplete(IncompleteReason)
    case failed(type: String, code: String, message: String)

    /// Who ended it: the user by speaking, or the client by asking.
    package enum CancelReason: String, Sendable {
        case turnDetected = "turn_detected"
        case clientCancelled = "client_cancelled"
    }
    /// What stopped the model early.
    package enum IncompleteReason: String, Sendable {
        case maxOutputTokens = "max_output_tokens"
        case contentFilter = "content_filter"
    }
}

/// Tokens of one response (protocol section 6.1).
///
/// Totals are sums of the details, so they always add up.
package struct Usage: Sendable, Equatable {
    /// Tokens of text that the model read.
    package var inputTextTokens = 0
    /// Tokens of audio that the model heard.
    package var inputAudioTokens = 0
    /// Tokens of images that the model saw.
    package var inputImageTokens = 0
    /// Those of `inputTextTokens` that the provider had cached.
    package var cachedTextTokens = 0
    /// Tokens of text that the model wrote.
    package var outputTextTokens = 0
    /// Tokens of audio that were spoken.
    package var outputAudioTokens = 0
    /// Whether the numbers are our estimate because the provider gave none.
    package var isEstimated = false
    /// Nothing used.
    package init() {}
    /// All that went in.
    package var inputTokens: Int { inputTextTokens + inputAudioTokens + inputImageTokens }
    /// All that came out.
    package var outputTokens: Int { outputTextTokens + outputAudioTokens }
}

/// What one input transcription cost (protocol section 6.1).
package enum TranscriptionUsage: Sendable, Equatable {
    case tokens(inputText: Int, inputAudio: Int, output: Int)
    case duration(seconds: Double)
}
