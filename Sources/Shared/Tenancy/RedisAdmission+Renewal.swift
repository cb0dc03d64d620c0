import Core
import Observability
import Redis
import Synchronization

extension RedisAdmission {
    /// Sessions renewed by one script call at most, so that no call holds the server up for long.
    private static let batchSize = 64
    /// Renewal is nobody's latency; it may wait longer than a request.
    private static let renewalDeadline = Duration.milliseconds(500)

    private enum Verdict { case kept, gone, fenced, revoked, unanswered }

    func renew(_ assignments: [Assignment]) async -> RenewalOutcome {
        guard !assignments.isEmpty else { return RenewalOutcome() }
        var outcome = RenewalOutcome()
        let batches = Dictionary(grouping: assignments, by: \.tenant).values.flatMap {
            $0.inBatches(of: Self.batchSize)
        }
        let results = await AdmissionScripts.renew.runAll(
            on: redis, batches.map(renewCall), deadline: Self.renewalDeadline)
        var missing: [Assignment] = []
        for (batch, result) in zip(batches, results) {
            let (verdicts, isSuspended) = Self.verdicts(result, count: batch.count)
            for (assignment, verdict) in zip(batch, verdicts) {
                switch verdict {
                case .kept: book.withLock { $0.confirmed(assignment.session, now: clock.monotonic()) }
                case .gone: missing.append(assignment)
                case .fenced: outcome.lost.append(assignment.session)
                case .revoked: outcome.revoked.append(assignment.session)
                case .unanswered:
                    outcome.isStoreUnavailable = true
                    if book.withLock({ $0.unanswered(assignment.session, now: clock.monotonic()) }) {
                        outcome.lost.append(assignment.session)
                    }
                }
            }
            if isSuspended { outcome.suspended += batch.map(\.session) }
        }
        await adopt(missing, into: &outcome)
        await renewSlots(of: assignments.filter { !outcome.lost.contains($0.session) })
        for session in outcome.lost { book.withLock { $0.end(session) } }
        return outcome
    }

    private func renewCall(_ batch: [Assignment]) -> RedisScript.Call {
        var keys: [RedisKey] = []
        var arguments = [String(configuration.lease.wholeMilliseconds), batch[0].worker.rawValue]
        let tenant = batch[0].tenant
        keys += [.tenant(tenant), .tenantLeases(tenant), .revokedToken(tenant, "")]
        for assignment in batch {
            keys += [
                .session(assignment.tenant, assignment.session), .keyLeases(assignment.tenant, assignment.key),
            ]
            arguments += [assignment.session.rawValue, String(assignment.fence)]
        }
        return RedisScript.Call(keys: keys, arguments: arguments)
    }

    private static func verdicts(
        _ result: Result<RedisReply, RedisError>, count: Int
    ) -> (verdicts: [Verdict], isSuspended: Bool) {
        guard case .success(let reply) = result, let answer = reply.array, answer.count == count + 1 else {
            return (Array(repeating: .unanswered, count: count), false)
        }
        let verdicts: [Verdict] = answer.dropFirst().map { element in
            switch element.text {
            case "ok": .kept
            case "gone": .gone
            case "revoked": .revoked
            default: .fenced
            }
        }
        return (verdicts, answer[0].text == Tenant.Status.suspended.rawValue)
    }

    /// Puts back what the store lost through no fault of the sessions; the rest is lost.
    private func adopt(_ missing: [Assignment], into outcome: inout RenewalOutcome) async {
        guard !missing.isEmpty else { return }
        let change = await redis.server()?.timeSinceChange
        let (adoptable, lost) = book.withLock { book in
            missing.reduce(into: ([Assignment](), [SessionID]())) { result, assignment in
                if book.mayAdopt(assignment.session, storeChange: change, window: configuration.adoptionWindow) {
                    result.0.append(assignment)
                } else {
                    result.1.append(assignment.session)
                }
            }
        }
        outcome.lost += lost
        let results = await AdmissionScripts.adopt.runAll(
            on: redis, adoptable.map(adoptCall), deadline: Self.renewalDeadline)
        var adopted: [Assignment] = []
        for (assignment, result) in zip(adoptable, results) {
            switch result {
            case .success(let reply) where reply.text == "ok":
                adopted.append(assignment)
                book.withLock { $0.confirmed(assignment.session, now: clock.monotonic()) }
            case .success: outcome.lost.append(assignment.session)
            case .failure: outcome.isStoreUnavailable = true
            }
        }
        guard !adopted.isEmpty else { return }
        logger.warning("leases put back after the store lost them", [.count: .integer(adopted.count)])
        for (worker, own) in Dictionary(grouping: adopted, by: \.worker) {
            _ = try? await WorkerScripts.take.ask(
                redis, keys: [.workerSlots(configuration.pool, worker)],
                arguments: [String(configuration.lease.wholeMilliseconds)] + own.map(\.slot))
        }
    }

    private func adoptCall(_ assignment: Assignment) -> RedisScript.Call {
        let tenant = assignment.tenant
        return RedisScript.Call(
            keys: [
                .session(tenant, assignment.session), .tenantLeases(tenant), .keyLeases(tenant, assignment.key),
                .sessions(tenant),
            ],
            arguments: [
                assignment.session.rawValue, assignment.key.rawValue, assignment.worker.rawValue,
                String(assignment.fence), String(configuration.lease.wholeMilliseconds), assignment.address,
            ])
    }

    /// Keeps the worker's own slots.
    ///
    /// One that is missing is taken back: the tenant's lease, which limits are counted by, holds.
    private func renewSlots(of assignments: [Assignment]) async {
        let lease = String(configuration.lease.wholeMilliseconds)
        for (worker, own) in Dictionary(grouping: assignments, by: \.worker) {
            for batch in own.inBatches(of: Self.batchSize) {
                _ = try? await WorkerScripts.take.ask(
                    redis, keys: [.workerSlots(configuration.pool, worker)], arguments: [lease] + batch.map(\.slot),
                    deadline: Self.renewalDeadline)
            }
        }
    }
}

extension Array {
    fileprivate func inBatches(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
