import Synchronization

/// Whether this process wants work, as the health endpoints tell it.
///
/// Read and set from any thread.
///
/// A process that answers at all is alive; `ready` is what load balancers and start scripts wait for.
package final class Readiness: Sendable {
    /// starting → ready → draining; starting → draining when the start is given up.
    package enum State: UInt8, Sendable, AtomicRepresentable, CaseIterable {
        /// Parts are still missing.
        case starting
        /// Every service runs.
        case ready
        /// No new work is taken; what is under way goes on.
        case draining

        /// "starting", "ready" or "draining".
        package var name: String {
            switch self {
            case .starting: "starting"
            case .ready: "ready"
            case .draining: "draining"
            }
        }
    }

    private let current = Atomic<State>(.starting)

    /// A process that is starting.
    package init() {}

    /// The state now.
    package var state: State { current.load(ordering: .acquiring) }

    /// Whether new work is welcome.
    package var isReady: Bool { state == .ready }

    /// Every service runs.
    ///
    /// Does nothing once draining has begun.
    package func markReady() {
        _ = current.compareExchange(expected: .starting, desired: .ready, ordering: .acquiringAndReleasing)
    }

    /// No new work from now on.
    package func markDraining() { current.store(.draining, ordering: .releasing) }
}
