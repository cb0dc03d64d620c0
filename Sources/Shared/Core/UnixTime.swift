/// A point of civil time: seconds since 1970-01-01T00:00:00Z, as JSON Web Tokens and the REST objects count it.
///
/// For what leaves the process (tokens, records); deadlines inside the process use `MonotonicInstant`.
package struct UnixTime: Sendable, Hashable, Comparable {
    /// Whole seconds since the epoch.
    package var seconds: Int64

    /// The instant `seconds` after the epoch.
    package init(seconds: Int64) { self.seconds = seconds }

    package static func < (a: Self, b: Self) -> Bool { a.seconds < b.seconds }

    /// The instant `duration` later, fractions of a second dropped; saturates at the ends of Int64.
    package static func + (a: Self, duration: Duration) -> Self {
        let (sum, overflow) = a.seconds.addingReportingOverflow(duration.components.seconds)
        return UnixTime(seconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// The time that passed from `b` to `a`; negative if `a` is earlier.
    package static func - (a: Self, b: Self) -> Duration { .seconds(a.seconds &- b.seconds) }
}
