/// The sound of typing while the answer is being prepared or a tool runs.
package struct TypingSoundSettings: Sendable, Equatable {
    /// Whether there is such a sound.
    package var isEnabled = false
    /// Its gain, from 0 to 1.
    package var volume = 0.3
    /// After how long the sound repeats.
    package var loopDuration = Duration.milliseconds(2000)

    /// The product's defaults.
    package init() {}
}
