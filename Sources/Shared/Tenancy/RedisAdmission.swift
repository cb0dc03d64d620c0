import Core
import Observability
import Redis
import Synchronization

/// Admission against the shared store; renewal and the time without the store have files of their own.
///
/// DESIGN. Tenant and pool are two script families, so a session passes in steps: `admit` (limits), `reserve` (a slot), `bind`
/// (the slot's worker into the session's record), `activate` (the client is there). Each step is idempotent by session id,
/// and a process that dies between two leaves only leases that expire. `LeaseBook` holds the rules for the time the store is
/// away; this type asks the store and acts.
final class RedisAdmission: Admission {
    /// Session ids looked up in the store: what an id made by us can be, and nothing that could be another key.
    static let longestSessionID = 64

    let redis: any RedisClient
    let registry: RedisWorkerRegistry
    let configuration: TenancyConfiguration
    let clock: TenancyClock
    let logger: Logger
    let book: Mutex<LeaseBook>
    let limits: KnownLimits

    init(
        redis: any RedisClient, registry: RedisWorkerRegistry, limits: KnownLimits, configuration: TenancyConfiguration,
        clock: TenancyClock, logger: Logger
    ) {
        (self.redis, self.registry, self.limits) = (redis, registry, limits)
        (self.configuration, self.clock, self.logger) = (configuration, clock, logger)
        book = Mutex(
            LeaseBook(
                lease: configuration.lease, grace: configuration.storeFailureGrace, policy: configuration.onStoreFailure
            ))
    }

    func admit(session: SessionID, principal: Principal) async throws(TenancyError) -> AdmissionTicket {
        try await step1(session, principal).ticket
    }

    func assign(session: SessionID, principal: Principal) async throws(TenancyError) -> Assignment {
        do {
            let (_, existing) = try await step1(session, principal)
            if let existing { return existing }
        } catch  where error.code == .storeUnavailable {
            return try assignLocally(session, principal, or: error)
        }
        var (tried, generator): (Set<WorkerID>, SystemRandomNumberGenerator) = ([], .init())
        var age = configuration.workerListAge
        var refusal = TenancyError(.noCapacity, retryAfter: AdmissionAnswer.capacityRetry)
        do {
            for _ in 0..<configuration.reservationRounds {
                let known = try await registry.workers(olderThan: age).filter { !tried.contains($0.registration.id) }
                var draw = CandidateDraw(known)
                let candidates = draw.draw(configuration.candidates, using: &generator).map(\.registration)
                // A picture without a candidate is taken anew once: a worker may have joined or come free since.
                age = .milliseconds(100)
                guard !candidates.isEmpty else { continue }
                if let assignment = try await reserve(session, principal, among: candidates, refusal: &refusal) {
                    return assignment
                }
                tried.formUnion(candidates.map(\.id))
            }
        } catch {
            await release(session, principal)
            throw error
        }
        await release(session, principal)
        throw refusal.code == .draining ? TenancyError(.noCapacity, retryAfter: AdmissionAnswer.capacityRetry) : refusal
    }

    func admitHere(
        session: SessionID, principal: Principal, worker: WorkerRegistration
    ) async throws(TenancyError) -> Assignment {
        do throws(TenancyError) {
            let (_, existing) = try await step1(session, principal)
            if let existing {
                guard existing.worker == worker.id else { throw TenancyError(.sessionConflict) }
                return existing
            }
        } catch  where error.code == .storeUnavailable {
            return try admitLocally(session, principal, worker, or: error)
        }
        var refusal = TenancyError(.noCapacity, retryAfter: AdmissionAnswer.capacityRetry)
        do {
            if let assignment = try await reserve(session, principal, among: [worker], refusal: &refusal) {
                return assignment
            }
        } catch {
            await release(session, principal)
            throw error
        }
        await release(session, principal)
        throw refusal
    }

    func claim(
        session: SessionID, principal: Principal, worker: WorkerRegistration
    ) async throws(TenancyError) -> Assignment? {
        guard session.rawValue.utf8.count <= Self.longestSessionID,
            session.rawValue.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        let reply = try await redis.ask(
            RedisCommand("HMGET", RedisKey.session(principal.tenant, session).name, "st", "k", "j", "w", "f", "a", "u"))
        let fields = reply.array ?? []
        guard fields.count == 7, fields[0].text == "reserved", fields[1].text == principal.key.rawValue,
            fields[2].text == principal.grant?.tokenID ?? "", fields[3].text == worker.id.rawValue
        else { return nil }
        return assignment(session, principal, Array(fields[3...]))
    }

    func activate(_ assignment: Assignment) async throws(TenancyError) {
        if assignment.isLocal { return }
        let lease = String(configuration.lease.wholeMilliseconds)
        let answer = try await AdmissionScripts.activate.ask(
            redis,
            keys: [
                .session(assignment.tenant, assignment.session), .tenantLeases(assignment.tenant),
                .keyLeases(assignment.tenant, assignment.key),
            ],
            arguments: [assignment.session.rawValue, assignment.worker.rawValue, String(assignment.fence), lease])
        guard answer.text == "ok" else { throw AdmissionAnswer.refusal([answer]) }
        let slot = try await WorkerScripts.extend.ask(
            redis, keys: [.workerSlots(configuration.pool, assignment.worker)], arguments: [lease, assignment.slot])
        guard slot.array?.first?.number == 1 else {
            await end(assignment, reason: "lost")
            throw TenancyError(.sessionLost)
        }
        book.withLock {
            $0.begin(assignment.session, tenant: assignment.tenant, isLocal: false, now: clock.monotonic())
        }
    }

    func end(_ assignment: Assignment, reason: String) async {
        book.withLock { $0.end(assignment.session) }
        let tenant = assignment.tenant
        // What the store does not hear, the end of the lease repairs.
        _ = try? await AdmissionScripts.end.ask(
            redis,
            keys: [
                .session(tenant, assignment.session), .tenantLeases(tenant), .keyLeases(tenant, assignment.key),
                .sessions(tenant),
            ],
            arguments: [
                assignment.session.rawValue, assignment.worker.rawValue, String(assignment.fence), reason, "86400000",
            ])
        await freeSlot(assignment)
    }

    // MARK: Steps

    private func step1(
        _ session: SessionID, _ principal: Principal
    ) async throws(TenancyError) -> (ticket: AdmissionTicket, existing: Assignment?) {
        let (tenant, token) = (principal.tenant, principal.grant)
        let reply = try await AdmissionScripts.admit.ask(
            redis,
            keys: [
                .tenant(tenant), .tenantLeases(tenant), .keyLeases(tenant, principal.key), .session(tenant, session),
                .sessions(tenant), .revokedToken(tenant, token?.tokenID ?? ""), .rate(tenant, "rpm"),
                .rate(tenant, "spm"),
            ],
            arguments: [
                session.rawValue, principal.key.rawValue, token?.tokenID ?? "", String(token?.issued.seconds ?? 0),
                String(principal.keyConcurrentSessions), String(configuration.reservation.wholeMilliseconds),
            ])
        let answer = reply.array ?? []
        let isRepeat = answer.first?.text == "repeat"
        guard isRepeat || answer.first?.text == "ok" else { throw AdmissionAnswer.refusal(answer) }
        guard answer.count >= 3, let live = answer[1].number, let limit = answer[2].number else {
            throw .unreadable("admission")
        }
        limits.note(Int(limit), of: tenant, now: clock.monotonic())
        let ticket = AdmissionTicket(
            session: session, tenant: tenant, key: principal.key, concurrentSessions: Int(live),
            concurrentSessionLimit: Int(limit), isRepeat: isRepeat)
        guard isRepeat, answer.count == 8 else { return (ticket, nil) }
        // One that is being served already cannot be had a second time.
        guard answer[3].text != "active" else { throw TenancyError(.sessionConflict) }
        return (ticket, assignment(session, principal, Array(answer[4...])))
    }

    /// A slot on the first of `candidates` that has one; nil, with the reason in `refusal`, if none has.
    private func reserve(
        _ session: SessionID, _ principal: Principal, among candidates: [WorkerRegistration],
        refusal: inout TenancyError
    ) async throws(TenancyError) -> Assignment? {
        let pool = configuration.pool
        let reply = try await WorkerScripts.reserve.ask(
            redis, keys: candidates.flatMap { [.worker(pool, $0.id), .workerSlots(pool, $0.id)] },
            arguments: [
                Assignment.slot(principal.tenant, session), String(configuration.reservation.wholeMilliseconds),
                String(configuration.heartbeatMaximum.wholeMilliseconds),
            ])
        let answer = reply.array ?? []
        guard answer.first?.text == "ok" else {
            refusal = AdmissionAnswer.refusal(answer)
            return nil
        }
        guard answer.count == 3, let index = answer[1].number, candidates.indices.contains(Int(index) - 1),
            let fence = answer[2].number
        else { throw .unreadable("reservation") }
        let worker = candidates[Int(index) - 1]
        let made = Assignment(
            session: session, tenant: principal.tenant, key: principal.key, worker: worker.id, address: worker.address,
            publicURL: worker.publicURL, fence: fence)
        registry.noteReservation(on: worker.id)
        return try await bind(made, principal)
    }

    private func bind(_ made: Assignment, _ principal: Principal) async throws(TenancyError) -> Assignment {
        let reply = try await AdmissionScripts.bind.ask(
            redis, keys: [.session(made.tenant, made.session)],
            arguments: [made.worker.rawValue, String(made.fence), made.address, made.publicURL ?? ""])
        let answer = reply.array ?? []
        switch answer.first?.text {
        case "ok": return made
        case "bound":
            guard let first = assignment(made.session, principal, Array(answer[1...])) else {
                throw .unreadable("session")
            }
            if first.worker != made.worker { await freeSlot(made) }
            return first
        default:
            await freeSlot(made)
            throw AdmissionAnswer.refusal(answer)
        }
    }

    private func release(_ session: SessionID, _ principal: Principal) async {
        let tenant = principal.tenant
        // If this is not heard, the reservation expires by itself; only the request stays counted.
        _ = try? await AdmissionScripts.release.ask(
            redis,
            keys: [
                .tenant(tenant), .tenantLeases(tenant), .keyLeases(tenant, principal.key), .session(tenant, session),
                .sessions(tenant), .rate(tenant, "rpm"), .rate(tenant, "spm"),
            ],
            arguments: [session.rawValue])
    }

    private func freeSlot(_ assignment: Assignment) async {
        _ = try? await redis.ask(
            RedisCommand("ZREM", RedisKey.workerSlots(configuration.pool, assignment.worker).name, assignment.slot))
    }

    /// The assignment in the fields worker, fence, address, public URL; nil if there is no worker yet.
    private func assignment(_ session: SessionID, _ principal: Principal, _ fields: [RedisReply]) -> Assignment? {
        guard fields.count == 4, let worker = fields[0].text, !worker.isEmpty, let fence = fields[1].number else {
            return nil
        }
        let url = fields[3].text ?? ""
        return Assignment(
            session: session, tenant: principal.tenant, key: principal.key, worker: WorkerID(worker),
            address: fields[2].text ?? "", publicURL: url.isEmpty ? nil : url, fence: fence)
    }
}

extension Assignment {
    /// The member that stands for the session in its worker's slots: with the tenant, since session ids of two tenants may be equal.
    var slot: String { Self.slot(tenant, session) }

    static func slot(_ tenant: TenantID, _ session: SessionID) -> String { "\(tenant)/\(session)" }
}
