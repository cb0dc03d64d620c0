import Core
import Synchronization

/// The concurrency limits of tenants seen by this process, for deciding without the store.
final class KnownLimits: Sendable {
    /// Tenants remembered at most.
    private static let capacity = 10_000
    private let limits = Mutex(BoundedCache<TenantID, Int>(capacity: capacity))

    /// Remembers the tenant's limit (zero: unlimited).
    func note(_ limit: Int, of tenant: TenantID, now: MonotonicInstant) {
        limits.withLock { $0.store(limit, for: tenant, now: now) }
    }

    /// The limit last seen; nil for a tenant never seen.
    func limit(of tenant: TenantID, now: MonotonicInstant) -> Int? {
        limits.withLock { $0.value(for: tenant, now: now)?.value }
    }
}
