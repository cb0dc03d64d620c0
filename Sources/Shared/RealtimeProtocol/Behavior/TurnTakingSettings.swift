/// When the user's turn begins and is over, beyond what `turn_detection` says.
package struct TurnTakingSettings: Sendable, Equatable {
    /// Consecutive speech that begins a turn; less is a click.
    package var minimumSpeech = Duration.milliseconds(64)
    /// Whether transcription and model may begin at a short pause, before the turn is certainly over.
    package var speculates = false
    /// The pause at which they begin.
    package var speculationPause = Duration.milliseconds(200)
    /// Most answers and transcripts that may be begun in vain in one turn.
    package var speculationBudget = 3

    /// The product's defaults.
    package init() {}
}
