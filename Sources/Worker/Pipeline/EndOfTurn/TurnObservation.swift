/// What is known of a turn when the user pauses.
package struct TurnObservation: Sendable, Equatable {
    /// What was said so far; empty when speech-to-text gave nothing yet.
    package var text: String
    /// Whether the text came after the speech paused; an older one may lack the last words.
    package var isTextCurrent: Bool
    /// The language as far as the client told; ISO 639-1, a region after it is ignored.
    package var language: String?
    /// From the first word to the pause, earlier pauses included.
    package var speech: Duration

    /// A turn of `speech` in which `text` was heard.
    package init(text: String, isTextCurrent: Bool = true, language: String? = nil, speech: Duration) {
        self.text = text
        self.isTextCurrent = isTextCurrent
        self.language = language
        self.speech = speech
    }
}
