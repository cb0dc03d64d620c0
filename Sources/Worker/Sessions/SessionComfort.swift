import Audio
import Core

/// What a session remembers of its comfort audio from one response to the next.
struct SessionComfort: Sendable {
    /// The typing sound; nil while it is not made, or not wanted.
    var typing: TypingLoop?
    /// What was asked to be made ready last.
    var plan = ComfortPlan()
    /// Where the typing sound goes on.
    var typingPosition = 0
    /// The phrase that was spoken last.
    var lastPhrase: String?
    /// When it will have been heard.
    var phraseEnd: MonotonicInstant?
    /// Whether the user was speaking after the last input.
    var userSpeaks = false
    /// When the user was silent for the last time after speaking.
    var speechEnd: MonotonicInstant?
}
