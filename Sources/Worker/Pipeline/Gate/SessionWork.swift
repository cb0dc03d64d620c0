package import Budgets
import Core
package import EventLoops
import Synchronization

/// All work of one session at providers: what it has spent of its calls a second, and the gate that all sessions share.
package final class SessionWork: Sendable {
    let owner: WorkOwner
    let loop: any EventLoop
    private let gate: CallGate
    private let limit: RateLimit
    private let rate = Mutex(RateBudget())
    private let onRefusal: @Sendable (WorkKind, WorkBound) -> Void

    /// Work of `owner`; `onRefusal` is told what did not begin, on the loop.
    package init(
        of owner: WorkOwner, gate: CallGate, budgets: SessionBudgets, loop: any EventLoop,
        onRefusal: @escaping @Sendable (WorkKind, WorkBound) -> Void = { _, _ in }
    ) {
        self.owner = owner
        self.gate = gate
        limit = budgets.providerCalls
        self.loop = loop
        self.onRefusal = onRefusal
    }

    /// One piece of work; what `isUnderWay` waits a moment for its first call where other work is refused.
    package func begin(_ kind: WorkKind, isUnderWay: Bool = false) -> ProviderWork {
        ProviderWork(kind, of: self, isUnderWay: isUnderWay)
    }

    /// Lets one call begin that leaves `reserve` of the burst, or says what is in the way and for how long at least.
    func enter(reserve: Double) -> (bound: WorkBound, wait: Duration)? {
        let now = loop.now
        return rate.withLock { rate in
            let wait = rate.wait(for: 1 + reserve, of: limit, now: now)
            guard wait == .zero else { return (.sessionRate, wait) }
            if let bound = gate.enter(owner, now: now) { return (bound, .zero) }
            _ = rate.take(of: limit, now: now)
            return nil
        }
    }

    func leave() { gate.leave(owner) }

    /// Counts one more request beside those that `enter` let begin.
    func spend() -> Bool {
        let now = loop.now
        return rate.withLock { $0.take(of: limit, now: now) }
    }

    /// Half of the burst.
    var reserve: Double { (limit.burst / 2).rounded(.down) }

    func refused(_ kind: WorkKind, _ bound: WorkBound) { onRefusal(kind, bound) }
}
