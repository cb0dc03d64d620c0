import Agents
import Core
import Synchronization

/// Bounds the calls under way, so that a tenant whose tools are slow slows nobody else.
///
/// May be used from any thread.
final class CallGate: Sendable {
    /// Calls under way at most.
    struct Limits: Sendable {
        /// Of one session: as many as a model sensibly makes in one step.
        var session = 8
        /// Of one tenant in this worker: eight sessions at their limit.
        var tenant = 64
        /// Of this worker; each holds a connection and at times a thread that resolves a name.
        var worker = 512
    }

    private struct Counts {
        var sessions: [SessionID: Int] = [:]
        var tenants: [TenantID: Int] = [:]
        var all = 0
    }

    private let limits: Limits
    private let counts = Mutex(Counts())

    init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Whether one more call may begin; then `leave` must follow.
    func enter(_ owner: ServerToolOwner) -> Bool {
        counts.withLock { counts in
            guard counts.all < limits.worker, counts.tenants[owner.tenant, default: 0] < limits.tenant,
                counts.sessions[owner.session, default: 0] < limits.session
            else { return false }
            counts.all += 1
            counts.tenants[owner.tenant, default: 0] += 1
            counts.sessions[owner.session, default: 0] += 1
            return true
        }
    }

    /// A call is over.
    func leave(_ owner: ServerToolOwner) {
        counts.withLock { counts in
            counts.all -= 1
            Self.decrement(&counts.tenants, owner.tenant)
            Self.decrement(&counts.sessions, owner.session)
        }
    }

    /// Nothing is kept of who has no call under way.
    private static func decrement<Key>(_ counts: inout [Key: Int], _ key: Key) {
        guard let count = counts[key] else { return }
        counts[key] = count > 1 ? count - 1 : nil
    }
}
