package import Core
package import Pipeline

/// Who wants to know how sessions fare: the worker's registry and metrics.
///
/// Called on the loop.
package protocol SessionObserver: Sendable {
    /// The session is over; called once.
    func sessionEnded(_ id: SessionID)

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
