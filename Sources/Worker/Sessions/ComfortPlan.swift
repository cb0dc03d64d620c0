package import Pipeline

/// Comfort audio that a session may need soon, to be made before it does.
package struct ComfortPlan: Sendable, Equatable {
    /// A typing sound: ours, or the tenant's own.
    package enum Typing: Sendable, Equatable {
        /// Synthesised keystrokes that repeat after this long.
        case keystrokes(Duration)
        /// The tenant's clip; where there is none, keystrokes that repeat after this long.
        case clip(otherwise: Duration)
    }

    /// Phrases in the session's voice.
    package var phrases: [SpeechRequest] = []
    /// What is said of a failure, so that it can be said when nobody can speak any more; nil: nothing, or it is too long to be kept.
    package var apology: SpeechRequest?
    /// The typing sound; nil: none.
    package var typing: Typing?

    /// Nothing.
    package init() {}
}
