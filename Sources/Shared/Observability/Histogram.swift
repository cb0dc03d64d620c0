import Core
import Synchronization

/// How long something took, sorted into buckets.
///
/// Observed from any thread without a lock. A scrape that runs at the same time may see an observation in its bucket and not yet in the sum; Prometheus accepts that.
package final class Histogram: Sendable {
    /// Upper bounds from 1 ms to 10 s, for stages that a listener waits for.
    package static let latencyBounds: [Duration] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]
        .map { .milliseconds($0) }

    /// The buckets' inclusive upper bounds in nanoseconds, rising; one more bucket holds what is above.
    let bounds: [Int64]
    private let buckets: [Cell]
    private let sum = Atomic<Int64>(0)

    /// One bucket's count; a class because an atomic cannot be moved into an array.
    private final class Cell: Sendable {
        let count = Atomic<UInt64>(0)
    }

    init(bounds: [Duration]) {
        precondition(!bounds.isEmpty && zip(bounds, bounds.dropFirst()).allSatisfy(<), "histogram bounds must rise")
        self.bounds = bounds.map(\.nanoseconds)
        buckets = (0...bounds.count).map { _ in Cell() }
    }

    /// Counts one duration; a negative one counts as zero.
    package func observe(_ duration: Duration) {
        let nanoseconds = max(0, duration.nanoseconds)
        // A dozen bounds: a linear search from the short end is as fast as a binary one.
        let index = bounds.firstIndex { nanoseconds <= $0 } ?? bounds.count
        buckets[index].count.add(1, ordering: .relaxed)
        sum.wrappingAdd(nanoseconds, ordering: .relaxed)
    }

    /// The counts per bucket, the last one for everything above the bounds, and the sum of all durations.
    package var snapshot: (counts: [UInt64], sum: Duration) {
        (buckets.map { $0.count.load(ordering: .relaxed) }, .nanoseconds(sum.load(ordering: .relaxed)))
    }
}
