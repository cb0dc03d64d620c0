/// A point on the process's monotonic clock, or on a test's virtual one.
///
/// Pure code takes it as an argument and never asks for the time itself, so that a test decides what time it is.
package struct MonotonicInstant: Sendable, Hashable, Comparable {
    /// Nanoseconds since an arbitrary origin that is fixed for the life of the process.
    package var nanoseconds: Int64

    /// An instant at `nanoseconds` after the origin.
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The origin of the clock.
    package static let zero = MonotonicInstant(nanoseconds: 0)

    package static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

    /// The instant `duration` later.
    package static func + (a: Self, duration: Duration) -> Self {
        MonotonicInstant(nanoseconds: a.nanoseconds &+ duration.nanoseconds)
    }

    /// The time that passed from `b` to `a`; negative if `a` is earlier.
    package static func - (a: Self, b: Self) -> Duration { .nanoseconds(a.nanoseconds &- b.nanoseconds) }

    /// The instant `duration` earlier.
    package static func - (a: Self, duration: Duration) -> Self {
        MonotonicInstant(nanoseconds: a.nanoseconds &- duration.nanoseconds)
    }
}

extension Duration {
    /// The duration in whole nanoseconds, saturated at the ends of Int64 (292 years).
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        return product &+ attoseconds / 1_000_000_000
    }

    /// The duration in whole milliseconds, rounded toward zero.
    package var wholeMilliseconds: Int { Int(nanoseconds / 1_000_000) }

    /// The duration in seconds.
    package var inSeconds: Double { Double(nanoseconds) / 1e9 }
}
