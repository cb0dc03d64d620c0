import Core
import Observability
import Synchronization

extension RedisAdmission {
    /// The edge's share: only names a worker from the last picture; the worker itself decides.
    func assignLocally(
        _ session: SessionID, _ principal: Principal, or error: TenancyError
    ) throws(TenancyError) -> Assignment {
        guard configuration.onStoreFailure == .local else { throw error }
        guard let workers = registry.lastKnown(within: configuration.storeFailureGrace) else { throw error }
        var (draw, generator) = (CandidateDraw(workers), SystemRandomNumberGenerator())
        guard let worker = draw.draw(1, using: &generator).first?.registration else { throw error }
        return Assignment(
            session: session, tenant: principal.tenant, key: principal.key, worker: worker.id, address: worker.address,
            publicURL: worker.publicURL, fence: 0, isLocal: true)
    }

    /// The worker's share of a tenant it knows, for as long as the grace lasts.
    func admitLocally(
        _ session: SessionID, _ principal: Principal, _ worker: WorkerRegistration, or error: TenancyError
    ) throws(TenancyError) -> Assignment {
        let now = clock.monotonic()
        guard let limit = limits.limit(of: principal.tenant, now: now),
            let workers = registry.lastKnown(within: configuration.storeFailureGrace)
        else { throw error }
        let admitted = book.withLock { book in
            guard
                book.mayBeginLocally(
                    tenant: principal.tenant, limit: limit, liveWorkers: workers.count, capacity: worker.capacity)
            else { return false }
            book.begin(session, tenant: principal.tenant, isLocal: true, now: now)
            return true
        }
        guard admitted else { throw error }
        logger.warning(
            "session admitted without the store", [.session: LogValue(session), .tenant: LogValue(principal.tenant)])
        return Assignment(
            session: session, tenant: principal.tenant, key: principal.key, worker: worker.id, address: worker.address,
            publicURL: worker.publicURL, fence: 0, isLocal: true)
    }
}
