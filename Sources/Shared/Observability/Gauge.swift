import Synchronization

/// A number that rises and falls: live sessions, bytes in a queue.
///
/// Set from any thread without a lock.
package final class Gauge: Sendable {
    private let level = Atomic<Int>(0)

    init() {}

    /// Makes it `value`.
    package func set(_ value: Int) { level.store(value, ordering: .relaxed) }

    /// Adds `amount`, which may be negative.
    package func add(_ amount: Int = 1) { level.add(amount, ordering: .relaxed) }

    /// What it is now.
    package var value: Int { level.load(ordering: .relaxed) }
}
