package import RealtimeProtocol

/// How one response fared, for the operator.
package struct TurnReport: Sendable, Equatable {
    /// What the user got.
    package enum Outcome: String, Sendable, CaseIterable {
        /// Words of an answer.
        case answered
        /// Nothing to hear or read: the model called tools of the client.
        case called
        /// Nothing, because the response was cancelled before its first word: its durations are no latencies.
        case cancelled
        /// Nothing but, perhaps, an apology.
        case failed
        /// Nothing, because nothing was asked or the model had nothing to say.
        case empty
    }

    /// What the user got.
    package let outcome: Outcome
    /// How long its parts took.
    package let latency: ResponseLatency
}

extension TurnReport {
    /// The report on a response that ended so.
    init(_ response: ActiveResponse, _ status: ResponseStatus) {
        latency = response.timeline.latency
        outcome =
            switch status {
            case _ where response.timeline.firstSent != nil: .answered
            case .cancelled: .cancelled
            case .failed: .failed
            default: response.calls.isEmpty ? .empty : .called
            }
    }
}
