package import Core
import Foundation

/// The two clocks the tenancy services ask; a test passes its own.
package struct TenancyClock: Sendable {
    /// Civil time, for tokens and records.
    package let wall: @Sendable () -> UnixTime
    /// Time that never steps, for the ages of caches and leases; it goes on while the machine is suspended.
    package let monotonic: @Sendable () -> MonotonicInstant

    /// Clocks that answer what these functions say; called from any thread.
    package init(wall: @escaping @Sendable () -> UnixTime, monotonic: @escaping @Sendable () -> MonotonicInstant) {
        self.wall = wall
        self.monotonic = monotonic
    }

    private static let origin = ContinuousClock.now

    /// The clocks of this machine.
    package static let system = TenancyClock(
        wall: { UnixTime(seconds: Int64(Date().timeIntervalSince1970)) },
        monotonic: { .zero + origin.duration(to: .now) })
}
