package import Budgets
import Synchronization

/// Counts the bytes that the sessions of a worker hold, so that they leave room for each other.
///
/// DESIGN. Each open session is charged for what it holds, or for its guaranteed share where it holds less: the shares are never
/// lent out. A session may hold as much as is free, so that many who want all there is end up with equal parts, and there is
/// always room for one more. May be used from any thread.
package final class MemoryLedger: Sendable {
    private let budgets: WorkerBudgets
    private let bytesHeld = Atomic<Int>(0)
    private let bytesCharged = Atomic<Int>(0)

    /// A ledger in which nothing is held.
    package init(_ budgets: WorkerBudgets = WorkerBudgets()) { self.budgets = budgets }

    /// Bytes that all sessions hold.
    package var held: Int { bytesHeld.load(ordering: .relaxed) }

    /// How much one session may hold now.
    package var allowance: Int {
        budgets.allowance(free: budgets.sessionBytes - bytesCharged.load(ordering: .relaxed))
    }

    /// An account for one more session.
    package func open() -> MemoryAccount {
        bytesCharged.wrappingAdd(budgets.guaranteedSessionBytes, ordering: .relaxed)
        return MemoryAccount(self)
    }

    /// A session holds `new` bytes instead of `old`.
    func change(from old: Int, to new: Int) {
        let share = budgets.guaranteedSessionBytes
        bytesHeld.wrappingAdd(new - old, ordering: .relaxed)
        bytesCharged.wrappingAdd(max(share, new) - max(share, old), ordering: .relaxed)
    }

    /// A session that holds nothing is over.
    func close() { bytesCharged.wrappingSubtract(budgets.guaranteedSessionBytes, ordering: .relaxed) }
}
