/// Which bound is in the way of more work: the labels of metrics about refused work.
package enum WorkBound: String, Sendable, CaseIterable {
    /// The session has as much of this kind, or as many calls, under way as it may.
    case session
    /// The tenant's sessions have as many calls under way as they may.
    case tenant
    /// The worker has.
    case worker
    /// The session has made its calls of this second.
    case sessionRate = "session_rate"
    /// The tenant's sessions have.
    case tenantRate = "tenant_rate"

    /// What the client is told; it names no number that tells of other tenants.
    var message: String {
        switch self {
        case .session: "Rate limit reached: the session has too many provider calls under way. Try again later."
        case .tenant, .worker: "Rate limit reached: too many provider calls are under way. Try again later."
        case .sessionRate: "Rate limit reached: the session makes too many provider calls a second. Try again later."
        case .tenantRate: "Rate limit reached: too many provider calls are made in this second. Try again later."
        }
    }
}
