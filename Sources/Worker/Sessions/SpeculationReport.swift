/// What became of the answers that were begun early in one turn, and what those cost that nobody heard.
package struct SpeculationReport: Sendable, Equatable {
    /// Why work was done in vain.
    package enum Reason: String, Sendable, CaseIterable {
        /// The user went on.
        case resumed
        /// More was understood of what the user had said.
        case changed
        /// A provider failed.
        case failed
        /// The client changed the conversation, or left.
        case abandoned
    }

    /// Speculations begun.
    package var begun = 0
    /// Those discarded, by reason.
    package var discarded: [Reason: Int] = [:]
    /// Whether the turn was answered with work begun early: the model's, or at least the transcription's.
    package var isAdopted = false
    /// Tokens that the model read in vain.
    package var inputTokens = 0
    /// Tokens that the model wrote in vain.
    package var outputTokens = 0
    /// Whether some of those counts are ours, not the provider's.
    package var isEstimated = false
    /// Speech that was synthesised in vain.
    package var speech = Duration.zero

    /// A turn without speculations.
    package init() {}

    /// All speculations of the turn that were discarded.
    package var discardedCount: Int { discarded.values.reduce(0, +) }
}
