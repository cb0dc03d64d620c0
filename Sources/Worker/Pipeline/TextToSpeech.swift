/// Speaks one piece of text.
///
/// Shared by all sessions; methods run on the caller's executor, blocking work elsewhere.
package protocol TextToSpeech: Sendable {
    /// "espeak-ng", "openai", …: as in `TTS_PROVIDER` and in metrics.
    var name: String { get }
    /// The model's name, as shown to operators.
    var model: String { get }

    /// What decides, beside the request, how it sounds; speech that is kept for later is kept under this name.
    var identity: String { get }

    /// Streams the speech of `request`. Cancelling the task aborts the provider's work at once; an error thrown by `onChunk`
    /// (cancellation included) ends it too.
    ///
    /// - Parameters:
    ///   - request: what to say, and how.
    ///   - onChunk: called in order; may suspend, which holds the provider back. Not called at all for a text that this voice
    ///     cannot say.
    /// - Throws: why there is no whole speech; what came before stays valid.
    func synthesize(
        _ request: SpeechRequest, onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError)

    /// The same voice for one piece of work: each request that it sends asks the gate first.
    func gated(by work: ProviderWork) -> any TextToSpeech
}

extension TextToSpeech {
    /// Name and model.
    package var identity: String { "\(name)/\(model)" }
}

/// One piece of text to speak.
package struct SpeechRequest: Sendable, Equatable {
    /// What to say; never empty.
    package var text: String
    /// The session's voice name; a provider maps a name that it does not know to its default.
    package var voice: String
    /// 0.25 to 1.5 of normal speed.
    package var speed: Double
    /// ISO 639-1; nil: the voice's own.
    package var language: String?
    /// A request with these parts.
    package init(text: String, voice: String, speed: Double = 1, language: String? = nil) {
        self.text = text
        self.voice = voice
        self.speed = speed
        self.language = language
    }
}

/// Some of the speech of one request.
package struct SpeechChunk: Sendable, Equatable {
    /// 24,000 Hz mono; never empty.
    package var samples: [Int16]
    /// Words that begin in this chunk, where the provider tells.
    package var words: [WordTiming]
    /// Whether another voice speaks than the one by whose `identity` the speech goes.
    package var isStandIn: Bool
    /// A chunk with these parts.
    package init(samples: [Int16], words: [WordTiming] = [], isStandIn: Bool = false) {
        self.samples = samples
        self.words = words
        self.isStandIn = isStandIn
    }
}

/// When a word begins in the speech of one request.
package struct WordTiming: Sendable, Equatable {
    /// Offset in UTF-8 bytes of the word in the request's text.
    package var textOffset: Int
    /// Time from the start of the request's speech.
    package var start: Duration
    /// A timing with these parts.
    package init(textOffset: Int, start: Duration) {
        self.textOffset = textOffset
        self.start = start
    }
}
