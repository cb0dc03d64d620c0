package import Core

/// What a speech-to-text, language or speech model failed with.
///
/// Its message is safe to show to a client: no secret, no content.
package struct ProviderError: Error, Sendable, Equatable {
    /// Where it happened.
    package var stage: Stage
    /// The provider's name as configured: "openai", "groq", "pocketsphinx", ….
    package var provider: String
    /// What the next step can be.
    package var category: ErrorCategory
    /// One sentence for the client and the log.
    package var message: String
    /// The HTTP status if there was one.
    package var status: Int?
    /// How long the provider asks to wait before the next request.
    package var retryAfter: Duration?
    /// Whether a voice made no sound of a text: it is in a script, or of signs, that this voice does not say.
    package var isUnspeakable = false

    /// An error with these parts.
    package init(
        _ stage: Stage, provider: String, _ category: ErrorCategory, _ message: String, status: Int? = nil,
        retryAfter: Duration? = nil
    ) {
        self.stage = stage
        self.provider = provider
        self.category = category
        self.message = message
        self.status = status
        self.retryAfter = retryAfter
    }

    /// A voice made no sound of a text; that says nothing against it.
    package static func unspeakable(_ provider: String) -> ProviderError {
        var error = ProviderError(
            .textToSpeech, provider: provider, .invalidRequest, "\(provider) text-to-speech cannot say this text.")
        error.isUnspeakable = true
        return error
    }

    /// Which part of the pipeline.
    package enum Stage: String, Sendable, CaseIterable {
        case speechToText = "stt"
        case languageModel = "llm"
        case textToSpeech = "tts"
    }
}
