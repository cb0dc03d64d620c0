package import Core

/// What the server says, whichever shape the client speaks (protocol section 3). A codec may render one case as one frame or
/// leave it out (beta has no `conversation.item.done`).
package enum ServerEvent: Sendable, Equatable {
    case sessionCreated(SessionObject)
    case sessionUpdated(SessionObject)
    case itemAdded(ConversationItem, previous: ItemID?)
    case itemDone(ConversationItem, previous: ItemID?)
    /// `audio`: the user audio to show, base64-encoded by the codec; nil leaves it out.
    case itemRetrieved(ConversationItem, audio: [UInt8]?)
    case itemDeleted(ItemID)
    case itemTruncated(ItemID, contentIndex: Int, audioEnd: Duration)
    case transcriptionDelta(ItemID, contentIndex: Int, delta: String)
    case transcriptionCompleted(ItemID, contentIndex: Int, transcript: String, usage: TranscriptionUsage)
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
    /// Bytes in the response's output format; a slice, so that pacing cuts a provider's chunk into frames without copying.
    case outputAudioDelta(PartLocation, audio: ArraySlice<UInt8>)
    case outputAudioDone(PartLocation)
    case functionArgumentsDelta(ResponseID, ItemID, outputIndex: Int, callID: CallID, delta: String)
    case functionArgumentsDone(ResponseID, ItemID, outputIndex: Int, call: FunctionCall)
    case rateLimitsUpdated([RateLimit])
    case error(ProtocolError)
}

/// The session as clients see it: configuration plus what the server adds.
package struct SessionObject: Sendable, Equatable {
    package var id: SessionID
    package var configuration: SessionConfiguration
    /// Unix seconds; 0 where no session runs yet (client secrets).
    package var expiresAt: Int
    package init(id: SessionID, configuration: SessionConfiguration, expiresAt: Int) {
        self.id = id
        self.configuration = configuration
        self.expiresAt = expiresAt
    }
}

/// The four ids that every content event carries.
package struct PartLocation: Sendable, Hashable {
    package var responseID: ResponseID
    package var itemID: ItemID
    package var outputIndex: Int
    package var contentIndex: Int
    package init(responseID: ResponseID, itemID: ItemID, outputIndex: Int, contentIndex: Int = 0) {
        self.responseID = responseID
        self.itemID = itemID
        self.outputIndex = outputIndex
        self.contentIndex = contentIndex
    }
}

/// Why an input transcription failed.
package struct TranscriptionFailure: Sendable, Equatable {
    package var type: String
    package var code: String
    package var message: String
    package init(type: String, code: String, message: String) {
        self.type = type
        self.code = code
        self.message = message
    }
}

/// One entry of `rate_limits.updated`.
package struct RateLimit: Sendable, Equatable {
    package enum Name: String, Sendable { case requests, tokens }
    package var name: Name
    package var limit: Int
    package var remaining: Int
    package var resetSeconds: Double
    package init(name: Name, limit: Int, remaining: Int, resetSeconds: Double) {
        self.name = name
        self.limit = limit
        self.remaining = remaining
        self.resetSeconds = resetSeconds
    }
}
