package import Core

/// The `response` object of `response.created` and `response.done` (protocol section 6.2).
package struct ResponseObject: Sendable, Equatable {
    package var id: ResponseID
    package var status: ResponseStatus
    /// Items made so far; empty in `response.created`.
    package var output: [ConversationItem] = []
    /// nil for an out-of-band response.
    package var conversationID: ConversationID?
    package var outputModality: OutputModality
    package var maxOutputTokens: TokenLimit
    package var voice: String
    package var outputFormat: AudioFormat
    /// Beta shape only.
    package var temperature: Double
    /// nil while in progress.
    package var usage: Usage?
    package var metadata: [String: String]?

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

    package enum CancelReason: String, Sendable {
        case turnDetected = "turn_detected"
        case clientCancelled = "client_cancelled"
    }
    package enum IncompleteReason: String, Sendable {
        case maxOutputTokens = "max_output_tokens"
        case contentFilter = "content_filter"
    }
}

/// Tokens of one response (protocol section 6.1). Totals are sums of the details, so they always add up.
package struct Usage: Sendable, Equatable {
    package var inputTextTokens = 0
    package var inputAudioTokens = 0
    package var inputImageTokens = 0
    package var cachedTextTokens = 0
    package var outputTextTokens = 0
    package var outputAudioTokens = 0
    /// Whether the numbers are our estimate because the provider gave none.
    package var isEstimated = false
    package init() {}
    package var inputTokens: Int { inputTextTokens + inputAudioTokens + inputImageTokens }
    package var outputTokens: Int { outputTextTokens + outputAudioTokens }
}

/// What one input transcription cost (protocol section 6.1).
package enum TranscriptionUsage: Sendable, Equatable {
    case tokens(inputText: Int, inputAudio: Int, output: Int)
    case duration(seconds: Double)
}
