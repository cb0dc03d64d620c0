package import Core
package import Pipeline
package import RealtimeProtocol

/// What the state machine wants done.
///
/// Performed in order by `Session`.
package enum SessionAction: Sendable, Equatable {
    case send(ServerEvent)
    /// Send audio that is heard before the answer and is none of it: a phrase, or typing.
    case sendComfort(ServerEvent)
    /// Make ready what may be needed; replaces what was wanted before.
    case prepareComfort(ComfortPlan)
    /// Bring the audio of a phrase: `phraseReady`, in these bytes.
    case speakPhrase(ResponseID, SpeechRequest, AudioFormat)
    /// Start speech-to-text for the turn that becomes this item, beginning with audio from `start` on (session time).
    case beginTranscription(ItemID, TranscriptionOptions, start: Duration)
    /// The turn is over: nothing more will be appended.
    case endTranscription(ItemID)
    case cancelTranscription(ItemID)
    /// Transcribe the audio so far of the turn that becomes this item, for the response that may be begun with it.
    case transcribeSnapshot(ResponseID, ItemID, TranscriptionOptions)
    case cancelSnapshot(ResponseID)
    /// A turn in which answers were begun early is over.
    case reportSpeculation(SpeculationReport)
    /// Transcribe audio that came with an item: bytes in the input format.
    case transcribeAudio(ItemID, [UInt8], AudioFormat, TranscriptionOptions)
    /// Turn detection, its settings or the input format changed.
    case configureInput(AudioInput, TurnTakingSettings)
    /// The turn is over before the detector found so: it listens for the next one.
    case endSpeech
    /// The input buffer was cleared: the detector forgets what it heard.
    case clearInput
    /// The turn's audio, which is complete, is that of the item.
    case keepTurn(ItemID)
    /// Audio that the client sent with an item, by the place of its part.
    case keepAudio(ItemID, [Int: [UInt8]], AudioFormat)
    /// The item's audio ends there.
    case cutAudio(ItemID, to: Duration)
    /// The item is gone, and its audio with it.
    case forgetAudio(ItemID)
    /// Bring the item's audio in this format: `audioRetrieved`.
    case retrieveAudio(Retrieval)
    /// The audio before this position is in a turn that is over, or no commit may take it any more.
    case forgetInput(before: Duration)
    case startResponse(ResponseID, ResponsePlan)
    case cancelResponse(ResponseID)
    /// Bring the audio of an apology, in bytes of this format: `apologyAudio`, then `apologyEnded`.
    case speakApology(ResponseID, SpeechRequest, AudioFormat)
    /// Nothing more of this response is to be heard: speech synthesis stops, the model goes on.
    case stopSpeech(ResponseID)
    /// There is room for more of this response's speech.
    case resumeSpeech(ResponseID)
    /// Let the model write a summary, beside all else.
    case summarize(SummaryRequest)
    case cancelSummary(Int)
    /// Something became of a summary, for the operator.
    case reportSummary(SummaryReport)
    /// Work did not begin, because the session has as much of it under way as it may.
    case reportRefusal(WorkKind)
    /// A response is over: tell the operator how it fared.
    case report(TurnReport)
    case setTimer(SessionTimer, at: MonotonicInstant)
    case cancelTimer(SessionTimer)
    /// The session is over for this reason; the client was told if it could be.
    case close(SessionEnd)
}

/// What the making of one response needs to know: an immutable snapshot.
package struct ResponsePlan: Sendable, Equatable {
    /// What the language model is asked.
    package var model: LanguageModelRequest
    /// Whether the answer is spoken.
    package var modality: OutputModality
    /// The voice by its protocol name.
    package var voice: String
    /// 0.25 to 1.5 of normal speed.
    package var speed: Double
    /// The bytes that speech leaves in.
    package var outputFormat: AudioFormat
    /// The language of the conversation as far as the client told; ISO 639-1.
    package var language: String?
    /// Who answers, how often the model may be asked, and the tools that run here.
    package var agent = AgentSettings()
    /// Said word for word, and nobody is asked; nil: the agent answers.
    package var verbatim: String?
}
