/// The sound of typing while the answer is being prepared or a tool runs.
package struct TypingSoundSettings: Sendable, Equatable {
    /// Where the sound comes from.
    package enum Source: String, Sendable, CaseIterable {
        /// Made by us.
        case keystrokes
        /// The clip that the tenant has uploaded.
        case clip
    }

    /// Whether there is such a sound.
    package var isEnabled = false
    /// Where it comes from.
    package var source = Source.keystrokes
    /// Its gain, from 0 to 1.
    package var volume = 0.3
    /// After how long keystrokes repeat.
    package var loopDuration = Duration.milliseconds(2000)

    /// The product's defaults.
    package init() {}
}
