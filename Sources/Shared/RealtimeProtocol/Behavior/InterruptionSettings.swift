/// What the user's speech does to an answer that is being heard.
package struct InterruptionSettings: Sendable, Equatable {
    /// Who decides whether speech interrupts.
    package enum Mode: String, Sendable, CaseIterable {
        /// The onset of speech: the protocol's plain behaviour.
        case immediate
        /// Speech that lasts.
        case confirmed
        /// What is said: "mm-hmm" does not interrupt, "stop" does.
        case semantic
        /// Nobody: the answer is always heard to its end.
        case disabled
    }

    /// Who decides; nothing interrupts where `turn_detection.interrupt_response` is false.
    package var mode = Mode.immediate
    /// In `confirmed`, speech that lasts this long interrupts.
    package var minimumSpeech = Duration.milliseconds(300)
    /// After this long, at the latest, an answer goes on or is over.
    package var decisionTime = Duration.milliseconds(400)
    /// In `semantic`, words (none of them a backchannel) that interrupt.
    package var minimumWords = 1
    /// Gain of the answer while the decision is open.
    package var duckGain = 0.2
    /// The first part of an answer that nothing interrupts.
    package var protectedStart = Duration.zero
    /// The first moments of playback in which what is heard may be the answer's own echo.
    package var echoGuard = Duration.zero

    /// The product's defaults.
    package init() {}
}
