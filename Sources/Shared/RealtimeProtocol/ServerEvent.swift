package import Core

/// What the server says, whichever shape the client speaks (protocol section 3).
///
/// A codec may render one case as one frame or leave it out (beta has no `conversation.item.done`).
package enum ServerEvent: Sendable, Equatable {
    /// Indirect, like the next: they are rare and large, and would make every piece of audio as large.
    indirect case sessionCreated(SessionObject)
    indirect case sessionUpdated(SessionObject)
    case itemAdded(ConversationItem, previous: ItemID?)
    case itemDone(ConversationItem, previous: ItemID?)
    /// `audio`: that of the item's parts in base64, by their place; a part that is not there has none.
    case itemRetrieved(ConversationItem, audio: [Int: [UInt8]])
    case itemDeleted(ItemID)
    /// The tools of an MCP server are asked for, in GA only; `item` will hold them.
    case mcpListToolsInProgress(ItemID)
    /// They cannot be had.
    case mcpListToolsFailed(ItemID)
    case itemTruncated(ItemID, contentIndex: Int, audioEnd: Duration)
    /// `logprobs`: of the tokens of `delta`; nil leaves them out.
    case transcriptionDelta(ItemID, contentIndex: Int, delta: String, logprobs: [TranscriptLogprob]? = nil)
    /// `logprobs`: of the tokens of `transcript`; nil leaves them out.
    case transcriptionCompleted(
        ItemID, contentIndex: Int, transcript: String, usage: TranscriptionUsage, logprobs: [TranscriptLogprob]? = nil)
    case transcriptionFailed(ItemID, contentIndex: Int, error: TranscriptionFailure)
    case inputAudioCommitted(ItemID, previous: ItemID?)
    case inputAudioCleared
    case speechStarted(ItemID, audioStart: Duration)
    case speechStopped(ItemID, audioEnd: Duration)
    case idleTimeoutTriggered(ItemID, audioStart: Duration, audioEnd: Duration)
    case responseCreated(ResponseObject)
    case responseDone(ResponseObject)
    case outputItemAdded(ResponseID, outputIndex: Int, item: ConversationItem)
    case outputItemDone(ResponseID, outputIndex: Int, item: ConversationItem)
    case contentPartAdded(PartLocation, part: ContentPart)
    case contentPartDone(PartLocation, part: ContentPart)
    case outputTextDelta(PartLocation, delta: String)
    case outputTextDone(PartLocation, text: String)
    case outputTranscriptDelta(PartLocation, delta: String)
    case outputTranscriptDone(PartLocation, transcript: String)
    /// Bytes in the response's output format; a slice, so that pacing cuts a provider's chunk into frames without
    /// copying.
    case outputAudioDelta(PartLocation, audio: ArraySlice<UInt8>)
    case outputAudioDone(PartLocation)
    case functionArgumentsDelta(ResponseID, ItemID, outputIndex: Int, callID: CallID, delta: String)
    case functionArgumentsDone(ResponseID, ItemID, outputIndex: Int, call: FunctionCall)
    case rateLimitsUpdated([RateLimit])
    case error(ProtocolError)
}

/// The session as clients see it: configuration plus what the server adds.
package struct SessionObject: Sendable, Equatable {
    /// The session's id.
    package var id: SessionID
    /// What it is set to.
    package var configuration: SessionConfiguration
    /// Unix seconds; 0 where no session runs yet (client secrets).
    package var expiresAt: Int
    /// A session as clients see it.
    package init(id: SessionID, configuration: SessionConfiguration, expiresAt: Int) {
        self.id = id
        self.configuration = configuration
        self.expiresAt = expiresAt
    }
}

/// The four ids that every content event carries.
package struct PartLocation: Sendable, Hashable {
    /// The response that makes the content.
    package var responseID: ResponseID
    /// The item it belongs to.
    package var itemID: ItemID
    /// The item's place in the response's output.
    package var outputIndex: Int
    /// The part's place in the item.
    package var contentIndex: Int
    /// The place of one part.
    package init(responseID: ResponseID, itemID: ItemID, outputIndex: Int, contentIndex: Int = 0) {
        self.responseID = responseID
        self.itemID = itemID
        self.outputIndex = outputIndex
        self.contentIndex = contentIndex
    }
}

/// How sure speech-to-text was of one token.
package struct TranscriptLogprob: Sendable, Equatable {
    /// The token as text.
    package var token: String
    /// The natural logarithm of its probability.
    package var logprob: Double
    /// Its UTF-8 bytes.
    package var bytes: [UInt8]
    /// A token with these values.
    package init(token: String, logprob: Double, bytes: [UInt8]) {
        self.token = token
        self.logprob = logprob
        self.bytes = bytes
    }
}

/// Why an input transcription failed.
package struct TranscriptionFailure: Sendable, Equatable {
    /// The class of the fault.
    package var type: String
    /// What is wrong, as a word.
    package var code: String
    /// What is wrong, as a sentence.
    package var message: String
    /// A failure with these values.
    package init(type: String, code: String, message: String) {
        self.type = type
        self.code = code
        self.message = message
    }
}

/// One entry of `rate_limits.updated`.
package struct RateLimit: Sendable, Equatable {
    /// What is counted.
    package enum Name: String, Sendable { case requests, tokens }
    /// What is counted.
    package var name: Name
    /// The most that is allowed in a period.
    package var limit: Int
    /// What is left of it.
    package var remaining: Int
    /// Seconds until it is full again.
    package var resetSeconds: Double
    /// An entry with these values.
    package init(name: Name, limit: Int, remaining: Int, resetSeconds: Double) {
        self.name = name
        self.limit = limit
        self.remaining = remaining
        self.resetSeconds = resetSeconds
    }
}
