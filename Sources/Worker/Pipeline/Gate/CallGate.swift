package import Budgets
import Core
import Synchronization

/// Counts the calls under way, of providers or of tools, so that no session and no tenant takes all of them.
///
/// DESIGN. Beside fixed bounds there is a share. The last quarter of a tenant's and of the worker's places goes to sessions that
/// have none, and a tenant holds at most four times what the worker has free. So a newcomer finds a place.
/// May be used from any thread.
package final class CallGate: Sendable {
    /// Calls under way at most.
    package struct Limits: Sendable {
        /// Of one session.
        package var session: Int
        /// Of one tenant in this worker.
        package var tenant: Int
        /// Of this worker.
        package var worker: Int

        /// These.
        package init(session: Int, tenant: Int, worker: Int) {
            self.session = session
            self.tenant = tenant
            self.worker = worker
        }

        /// Calls of providers.
        package static func providers(_ session: SessionBudgets, _ worker: WorkerBudgets) -> Limits {
            Limits(session: session.callsUnderWay, tenant: worker.tenantCallsUnderWay, worker: worker.callsUnderWay)
        }

        /// Calls of tools of the server.
        package static func serverTools(_ session: SessionBudgets, _ worker: WorkerBudgets) -> Limits {
            Limits(session: session.serverTools, tenant: worker.tenantServerTools, worker: worker.serverTools)
        }
    }

    private struct Counts {
        var sessions: [SessionID: Int] = [:]
        var tenants: [TenantID?: Int] = [:]
        var all = 0
        var rates: [TenantID?: RateBudget] = [:]
    }

    private let limits: Limits
    private let tenantRate: RateLimit
    private let counts = Mutex(Counts())

    /// How many times what the worker has free a tenant may hold.
    private static let tenantShare = 4
    /// Tenants whose rate is remembered before those are forgotten that have all of it.
    private static let rememberedTenants = 256

    /// A gate with these limits; by default that of all providers of a worker.
    package init(
        _ limits: Limits = .providers(SessionBudgets(), WorkerBudgets()),
        tenantRate: RateLimit = WorkerBudgets().tenantCalls
    ) {
        self.limits = limits
        self.tenantRate = tenantRate
    }

    /// Lets one more call of `owner` begin, and `leave` must follow; or says which bound is in the way.
    package func enter(_ owner: WorkOwner) -> WorkBound? { counts.withLock { enter(owner, &$0) } }

    /// The same for a call that also counts as one of the tenant's calls a second.
    func enter(_ owner: WorkOwner, now: MonotonicInstant) -> WorkBound? {
        counts.withLock { counts in
            guard counts.rates[owner.tenant, default: RateBudget()].wait(of: tenantRate, now: now) == .zero else {
                return .tenantRate
            }
            if let bound = enter(owner, &counts) { return bound }
            _ = counts.rates[owner.tenant, default: RateBudget()].take(of: tenantRate, now: now)
            if counts.rates.count > Self.rememberedTenants {
                counts.rates = counts.rates.filter { _, budget in
                    budget.wait(for: tenantRate.burst, of: tenantRate, now: now) > .zero
                }
            }
            return nil
        }
    }

    /// A call is over.
    package func leave(_ owner: WorkOwner) {
        counts.withLock { counts in
            counts.all -= 1
            Self.decrement(&counts.tenants, owner.tenant)
            Self.decrement(&counts.sessions, owner.session)
        }
    }

    /// Calls under way.
    package var underWay: Int { counts.withLock { $0.all } }

    private func enter(_ owner: WorkOwner, _ counts: inout Counts) -> WorkBound? {
        guard counts.all < limits.worker else { return .worker }
        let ofTenant = counts.tenants[owner.tenant, default: 0]
        let free = min(limits.tenant, Self.tenantShare * (limits.worker - counts.all)) - ofTenant
        guard free > 0 else { return .tenant }
        let ofSession = counts.sessions[owner.session, default: 0]
        let isScarce = free <= limits.tenant / 4 || limits.worker - counts.all <= limits.worker / 4
        guard ofSession < (isScarce ? 1 : limits.session) else { return .session }
        counts.all += 1
        counts.tenants[owner.tenant] = ofTenant + 1
        counts.sessions[owner.session] = ofSession + 1
        return nil
    }

    /// Nothing is kept of who has no call under way.
    private static func decrement<Key>(_ counts: inout [Key: Int], _ key: Key) {
        guard let count = counts[key] else { return }
        counts[key] = count > 1 ? count - 1 : nil
    }
}
