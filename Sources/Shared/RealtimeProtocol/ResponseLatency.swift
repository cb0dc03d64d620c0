/// How long the parts of one turn took: the `antiphon.latency` member of `response.done`.
package struct ResponseLatency: Sendable, Equatable {
    /// One measured part; the raw value with `_ms` is its name on the wire and in the log.
    package enum Phase: String, Sendable, CaseIterable {
        /// From the end of the user's speech to the decision that the turn is over.
        case silenceWindow = "silence_window"
        /// From that decision to the transcript.
        case transcript
        /// From the request to the language model to its first word or tool call.
        case firstToken = "first_token"
        /// From the request to the language model to the first piece of text that can be spoken.
        case firstPiece = "first_piece"
        /// From that piece to its first audio.
        case firstSpeech = "first_speech"
        /// From the origin to the first sound that is heard, be it a phrase, typing or the answer.
        case firstSound = "first_sound"
        /// From the origin to the first audio or text of the answer that leaves.
        case firstSent = "first_sent"
        /// From the origin to the first audio of the answer that is heard.
        case firstHeard = "first_heard"
        /// What of the way from the end of the turn to the first audio or text sent was the engine's own work.
        case engine
    }

    /// From when the origin counts.
    package enum Origin: String, Sendable, CaseIterable {
        /// The end of the user's speech as heard; of a turn without detected speech, its end.
        case speech
        /// `response.created`, where no turn of the user is answered by itself.
        case request
    }

    /// From when the origin counts.
    package var origin: Origin
    private var durations: [Phase: Duration] = [:]

    /// Nothing measured yet.
    package init(origin: Origin) { self.origin = origin }

    /// How long a part took; nil: it did not happen.
    package subscript(phase: Phase) -> Duration? {
        get { durations[phase] }
        set { durations[phase] = newValue }
    }
}
