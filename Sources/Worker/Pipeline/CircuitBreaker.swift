package import Core

/// Whether a provider that failed again and again is asked at all: `closed` → `open` → (a probe) → `closed` or `open` for longer.
///
/// Pure. What a provider refuses because the request itself is wrong says nothing about the provider and is not told here.
package struct CircuitBreaker: Sendable, Equatable {
    /// Failures in a row after which a provider is skipped: one may be chance, and so may two.
    static let threshold = 3
    /// For how long, at first: about as long as a restart takes.
    static let firstPause = Duration.seconds(10)
    /// For how long at most, however often the probes fail.
    static let longestPause = Duration.seconds(120)

    private enum State: Sendable, Equatable {
        case closed(failures: Int)
        /// `until` is when the next probe may go.
        case open(until: MonotonicInstant, pause: Duration)
    }
    private var state = State.closed(failures: 0)

    /// A provider of which nothing is known.
    package init() {}

    /// Whether the provider is being skipped, probes apart.
    package var isOpen: Bool { if case .open = state { true } else { false } }

    /// Whether a request may go to the provider now; where it is skipped, one probe after each pause may.
    package mutating func admits(now: MonotonicInstant) -> Bool {
        guard case .open(let until, let pause) = state else { return true }
        guard until <= now else { return false }
        state = .open(until: now + pause, pause: pause)
        return true
    }

    /// The provider answered.
    package mutating func succeeded() { state = .closed(failures: 0) }

    /// The provider failed, or was too late.
    package mutating func failed(now: MonotonicInstant) {
        switch state {
        case .closed(let failures) where failures + 1 < Self.threshold: state = .closed(failures: failures + 1)
        case .closed: state = .open(until: now + Self.firstPause, pause: Self.firstPause)
        case .open(_, let pause):
            let longer = min(pause * 2, Self.longestPause)
            state = .open(until: now + longer, pause: longer)
        }
    }
}
