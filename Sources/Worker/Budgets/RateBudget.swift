package import Core

/// The largest number of events a second, and how many of them may come at once.
package struct RateLimit: Sendable, Equatable {
    /// Events a second in the long run; more than zero.
    package var perSecond: Double
    /// Events that may come at once after a quiet time; one or more.
    package var burst: Double

    /// `perSecond` in the long run, `burst` at once.
    package init(perSecond: Double, burst: Double) {
        self.perSecond = perSecond
        self.burst = burst
    }
}

/// What is left of a `RateLimit`: one number, the time at which all of it is free again (generic cell rate algorithm).
///
/// Held by the part that spends; not safe to share between threads.
package struct RateBudget: Sendable {
    /// When the full burst is free again.
    private var full = MonotonicInstant.zero

    /// A budget of which nothing was spent.
    package init() {}

    /// Takes `count` events; false, and nothing taken, when `limit` does not allow them at `now`.
    package mutating func take(_ count: Double = 1, of limit: RateLimit, now: MonotonicInstant) -> Bool {
        guard wait(for: count, of: limit, now: now) == .zero else { return false }
        full = max(full, now) + .seconds(count / limit.perSecond)
        return true
    }

    /// How long until `limit` allows `count` events.
    package func wait(for count: Double = 1, of limit: RateLimit, now: MonotonicInstant) -> Duration {
        let excess = (max(full, now) - now) - .seconds((limit.burst - count) / limit.perSecond)
        return max(excess, .zero)
    }
}
