package import Pipeline

/// What became of a summary.
package enum SummaryOutcome: String, Sendable, CaseIterable {
    /// The model that answers sees it from now on.
    case applied
    /// What it covers was changed, and so it was thrown away.
    case stale
    /// The model failed, or wrote none that can be used.
    case failed
    case timedOut = "timed_out"
    /// There is none, so the oldest turns left the model's view without one.
    case window
}

/// One summary for the operator's log and metrics.
package struct SummaryReport: Sendable, Equatable {
    /// What became of it.
    package var outcome: SummaryOutcome
    /// How many items it covers.
    package var items: Int
    /// Tokens of conversation that the model that answers sees after it.
    package var conversationTokens: Int?
    /// What it cost, by the provider's count or an estimate; nil where it was not finished.
    package var usage: LanguageModelResult.TokenUsage?
    /// How long it took.
    package var duration: Duration?
}
