import Core
import Tenancy

/// Decides which workers are lost for good.
///
/// Takes what was seen and when; removes nothing itself.
///
/// DESIGN: a lost worker's leases and reservations expire by themselves; only its entry in the registry stays. After
/// the store was away every worker looks silent, so nothing is removed until one lease after the store came back.
struct ReaperMachine: ~Copyable {
    /// A worker silent for longer is gone.
    private let lostAfter: Duration
    /// How long to look on after the store came back.
    private let patience: Duration
    private var quietUntil: MonotonicInstant?
    private var isStoreAway = false

    init(lostAfter: Duration, patience: Duration) {
        self.lostAfter = lostAfter
        self.patience = patience
    }

    /// The workers to remove, given what the registry said; nil: the store could not be asked.
    mutating func observe(_ workers: [WorkerStatus]?, now: MonotonicInstant) -> [WorkerID] {
        guard let workers else {
            isStoreAway = true
            return []
        }
        // The start counts as a recovery: this process has not seen what was before.
        if isStoreAway || quietUntil == nil {
            isStoreAway = false
            quietUntil = now + patience
        }
        guard let quietUntil, now >= quietUntil else { return [] }
        return workers.filter { $0.silence > lostAfter }.map(\.registration.id)
    }
}
