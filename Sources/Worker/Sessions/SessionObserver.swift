package import Core
package import Pipeline
package import RealtimeProtocol

/// Who wants to know how sessions fare: the worker's registry and metrics.
///
/// Called on the loop.
package protocol SessionObserver: Sendable {
    /// The session is over for this reason; called once.
    func sessionEnded(_ id: SessionID, _ reason: SessionEnd)

    /// A response is over; called once for each.
    func turnEnded(_ report: TurnReport)

    /// A turn in which answers were begun early is over.
    func turnSpeculated(_ report: SpeculationReport)

    /// A stage failed.
    func stageFailed(_ error: ProviderError)

    /// Work did not begin, because a budget is used up.
    func workRefused(_ kind: WorkKind, _ bound: WorkBound)
    /// Something became of a summary.
    func summaryEnded(_ report: SummaryReport)
}
