package import Audio
package import Core
package import Pipeline
package import RealtimeProtocol

/// Everything that can happen to a session.
package enum SessionInput: Sendable {
    /// The socket is open; the first frame may leave.
    case opened
    case client(ClientMessage)
    /// The client sent something that could not be read.
    case rejected(ProtocolError)
    /// Audio was appended to the input buffer; `duration` is its length.
    case audioAppended(Duration)
    /// The detector heard speech begin; `position` counts from the start of all audio of the session.
    /// The audio before this position is not kept any more, so that no commit can take it.
    case audioKept(from: Duration)
    /// The audio of an item, in base64 and by the place of its part, as far as it is kept.
    case audioRetrieved(Retrieval, [Int: [UInt8]])
    case speechStarted(position: Duration)
    /// Speech went silent at `position`; whether it is over is not known yet.
    case speechPaused(position: Duration)
    /// Speech went on at `position` after a pause.
    case speechResumed(position: Duration)
    /// The detector heard the silence window pass after speech.
    case speechStopped
    case transcriptPartial(ItemID, String)
    case transcriptFinal(ItemID, Transcript)
    case transcriptFailed(ItemID, ProviderError)
    /// The transcript of a turn's audio up to a pause, or why there is none.
    case snapshotTranscribed(ResponseID, Result<Transcript, ProviderError>)
    case response(ResponseID, ResponseInput)
    /// The summary with this number was written.
    case summaryReady(Int, String, LanguageModelResult)
    case summaryFailed(Int, ProviderError)
    /// The audio of a phrase that was asked for: bytes in the response's output format.
    case phraseReady(ResponseID, [UInt8])
    /// The audio of a phrase that was asked for has to be made first.
    case phraseDelayed(ResponseID)
    /// The typing sound is made.
    case typingReady(TypingLoop)
    case timer(SessionTimer)
    /// So many bytes wait for the client to read them that audio shall wait.
    case listenerFellBehind
    /// The client has read what waited.
    case listenerCaughtUp
    /// The session is to end, for a reason outside it.
    case end(SessionEnd)
    /// The socket is gone.
    case connectionEnded(SessionEnd)
}

/// What the making of one response reports.
package enum ResponseInput: Sendable {
    case textDelta(String)
    case toolCallStarted(index: Int, name: String)
    case toolCallArgumentsDelta(index: Int, delta: String)
    /// What the model's provider wants back with the call; no client sees it.
    case toolCallExtra(index: Int, String)
    case modelFinished(LanguageModelResult)
    /// The first piece of the text goes to speech synthesis.
    case speechRequested
    /// The speech of one piece of the text begins; its audio follows.
    case speechPiece(String)
    /// When words of that piece begin, before the audio in which they do: UTF-8 offsets in the piece, times since its start.
    case speechWords([WordTiming])
    /// Bytes in the response's output format.
    case speechAudio([UInt8])
    /// The piece has all its audio.
    case speechPieceEnded
    /// All pieces were spoken; comes after `modelFinished`.
    case speechFinished
    case failed(ProviderError)
    /// Audio of the apology that was asked for: bytes in the response's output format.
    case apologyAudio([UInt8])
    /// The apology is complete, or cannot be had.
    case apologyEnded
    /// A tool of the server begins to run; it ends within `timeout`. All calls of one step start before the first ends.
    case serverToolStarted(LanguageModelRequest.ToolCall, timeout: Duration)
    /// It has answered or failed; `output` is what the model is told.
    case serverToolFinished(callID: String, output: String)
    /// One of possibly several requests to the model is over; nil: the provider counted nothing.
    case stepFinished(LanguageModelResult.TokenUsage?)
}

/// The timers of a session; setting one again replaces it.
package enum SessionTimer: Sendable, Hashable {
    /// The next audio of a response may leave.
    case output(ResponseID)
    /// The answer takes so long that comfort begins.
    case comfort(ResponseID)
    /// A tool of the server takes so long that a phrase says so.
    case slowTool(ResponseID)
    /// A response made no progress.
    case responseDeadline(ResponseID)
    /// A transcript did not come.
    case transcriptionDeadline(ItemID)
    /// The session reached its maximum length.
    case sessionExpiry
    /// The client was silent on the wire for too long.
    case clientIdle
    /// The client has not read what waits for it.
    case listenerBehind
    /// Whether speech interrupts the answer is decided now at the latest.
    case interruption
    /// A summary takes too long.
    case summaryDeadline
    /// `idle_timeout_ms` of the turn detection ran out.
    case idleTimeout
    /// The client has had its time to set up a session that begins with a greeting.
    case greeting
}
