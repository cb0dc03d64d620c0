import Core
import Synchronization

/// What all sessions of a worker know about one provider; may be used from any thread.
package final class ProviderHealth: Sendable {
    private let breaker = Mutex(CircuitBreaker())

    /// A provider of which nothing is known.
    package init() {}

    /// Whether the provider is being skipped, probes apart.
    package var isSkipped: Bool { breaker.withLock(\.isOpen) }

    func admits(now: MonotonicInstant) -> Bool { breaker.withLock { $0.admits(now: now) } }

    func succeeded() { breaker.withLock { $0.succeeded() } }

    func failed(_ category: ErrorCategory, now: MonotonicInstant) {
        guard Self.speaksAgainstProvider(category) else { return }
        breaker.withLock { $0.failed(now: now) }
    }

    /// Whether another request would meet the same fault: not so when it was wrong, taken back or never sent.
    static func speaksAgainstProvider(_ category: ErrorCategory) -> Bool {
        switch category {
        case .invalidRequest, .budgetExceeded, .cancelled: false
        case .authentication, .rateLimited, .quotaExceeded, .unavailable, .timeout, .malformedResponse, .internal: true
        }
    }
}
