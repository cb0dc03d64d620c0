/// Turns one turn of speech into text.
///
/// Shared by all sessions; methods run on the caller's executor, blocking work elsewhere.
package protocol SpeechToText: Sendable {
    /// "pocketsphinx", "openai", …: as in `STT_PROVIDER` and in metrics.
    var name: String { get }
    /// The model's name, as shown to operators.
    var model: String { get }
    /// Whether partial results come while the user speaks; without them nothing is known before the turn ends.
    var givesPartials: Bool { get }

    /// Transcribes `audio` until it ends. Partial results go to `onPartial` while the user speaks, where the provider can.
    /// Cancelling the task aborts the provider's work at once.
    ///
    /// - Parameters:
    ///   - audio: 16,000 Hz mono samples in the order spoken.
    ///   - options: what is known about the speech.
    ///   - onPartial: receives the text heard so far, whole each time; it may still change.
    /// - Returns: the final text, empty when nothing was understood.
    /// - Throws: why there is none.
    func transcribe(
        _ audio: AudioFeed, options: TranscriptionOptions, onPartial: (String) -> Void
    ) async throws(ProviderError) -> Transcript

    /// The same recogniser for one piece of work: each request that it sends asks the gate first.
    func gated(by work: ProviderWork) -> any SpeechToText
}

/// What the session knows about the speech to come.
package struct TranscriptionOptions: Sendable, Equatable {
    /// ISO 639-1; nil: unknown.
    package var language: String?
    /// Words or a text to expect.
    package var prompt: String?
    /// The client's wish for a model, where the provider serves several; may be ignored.
    package var model: String?
    /// Whether the probabilities of the transcript's tokens are wanted, where the provider gives them.
    package var wantsLogprobs: Bool
    /// Options with these values.
    package init(
        language: String? = nil, prompt: String? = nil, model: String? = nil, wantsLogprobs: Bool = false
    ) {
        self.language = language
        self.prompt = prompt
        self.model = model
        self.wantsLogprobs = wantsLogprobs
    }
}

/// The final result of one turn.
package struct Transcript: Sendable, Equatable {
    /// What was said; empty when nothing was understood.
    package var text: String
    /// Tokens as the provider counted them; nil when it did not.
    package var usage: TokenUsage?
    /// How sure the provider was of each token; nil when it did not say.
    package var logprobs: [TokenLogprob]?
    /// A transcript with these parts.
    package init(text: String, usage: TokenUsage? = nil, logprobs: [TokenLogprob]? = nil) {
        self.text = text
        self.usage = usage
        self.logprobs = logprobs
    }

    /// One token of the text.
    package struct TokenLogprob: Sendable, Equatable {
        /// The token as text.
        package var token: String
        /// The natural logarithm of its probability.
        package var logprob: Double
        /// Its UTF-8 bytes, which may be part of a character.
        package var bytes: [UInt8]
        /// A token with these values.
        package init(token: String, logprob: Double, bytes: [UInt8]) {
            self.token = token
            self.logprob = logprob
            self.bytes = bytes
        }
    }

    /// The provider's own count.
    package struct TokenUsage: Sendable, Equatable {
        /// Tokens of prompt and language.
        package var inputText: Int
        /// Tokens of the audio.
        package var inputAudio: Int
        /// Tokens of the text that came out.
        package var output: Int
        /// A count.
        package init(inputText: Int, inputAudio: Int, output: Int) {
            self.inputText = inputText
            self.inputAudio = inputAudio
            self.output = output
        }
    }
}
