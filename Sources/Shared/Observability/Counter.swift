import Synchronization

/// A number that only grows: requests, bytes, faults.
///
/// Counted from any thread without a lock.
package final class Counter: Sendable {
    private let total = Atomic<UInt64>(0)

    init() {}

    /// Adds `amount`.
    package func increment(by amount: UInt64 = 1) { total.add(amount, ordering: .relaxed) }

    /// What was counted so far.
    package var value: UInt64 { total.load(ordering: .relaxed) }
}
