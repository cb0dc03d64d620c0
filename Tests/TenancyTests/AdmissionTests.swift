import Core
import Redis
import TestSupport
import Testing

@testable import Tenancy

@Suite(.timeLimit(.minutes(1))) struct AdmissionTests {
    @Test func `A session passes from the edge to its worker and leaves nothing behind`() async throws {
        let fixture = try await TenancyFixture()
        let (tenant, key, principal) = try await fixture.tenant()
        let worker = try await fixture.worker()
        let admission = fixture.services.admission
        let assignment = try await admission.assign(session: session(1), principal: principal)
        #expect(
            assignment.worker == worker.id && assignment.address == worker.address
                && assignment.publicURL == worker.publicURL)
        #expect(try await admission.assign(session: session(1), principal: principal) == assignment)
        #expect(try await admission.claim(session: session(1), principal: principal, worker: worker) == assignment)
        #expect(try await admission.admitHere(session: session(1), principal: principal, worker: worker) == assignment)
        try await admission.activate(assignment)
        #expect(await code { try await admission.activate(assignment) } == .sessionConflict)
        #expect(try await admission.claim(session: session(1), principal: principal, worker: worker) == nil)
        #expect(
            await code { try await admission.admitHere(session: session(1), principal: principal, worker: worker) }
                == .sessionConflict)
        #expect(await admission.renew([assignment]) == RenewalOutcome())
        #expect(try await fixture.count(.tenantLeases(tenant.id)) == 1)
        #expect(try await fixture.count(.workerSlots("default", worker.id)) == 1)
        await admission.end(assignment, reason: "closed")
        await admission.end(assignment, reason: "closed")
        for name in [
            RedisKey.tenantLeases(tenant.id), .keyLeases(tenant.id, key.record.id), .sessions(tenant.id),
            .workerSlots("default", worker.id),
        ] {
            #expect(try await fixture.count(name) == 0)
        }
        #expect(
            await code { try await admission.assign(session: session(1), principal: principal) } == .sessionConflict)
        #expect(await admission.renew([assignment]).lost == [session(1)])
        await fixture.close()
    }

    @Test func `Two hundred starts at once never pass a limit of eight`() async throws {
        let fixture = try await TenancyFixture()
        let replica = try await fixture.replica()
        let (tenant, _, principal) = try await fixture.tenant(TenantLimits(concurrentSessions: 8, requestsPerMinute: 0))
        _ = try await fixture.worker(capacity: 1000)
        let codes = await withTaskGroup(of: TenancyError.Code?.self) { group in
            for index in 0..<200 {
                let admission = index.isMultiple(of: 2) ? fixture.services.admission : replica.services.admission
                group.addTask {
                    await code { try await admission.assign(session: session(index), principal: principal) }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == 8)
        #expect(codes.allSatisfy { $0 == nil || $0 == .concurrentSessionsExceeded })
        #expect(try await fixture.count(.tenantLeases(tenant.id)) == 8)
        #expect(try await fixture.count(.sessions(tenant.id)) == 8)
        await fixture.close()
        await replica.close()
    }

    @Test func `A key's own limit and the worker's capacity hold under the same race`() async throws {
        let fixture = try await TenancyFixture()
        let (tenant, _, _) = try await fixture.tenant(TenantLimits(concurrentSessions: 50, requestsPerMinute: 0))
        let issued = try await fixture.services.directory.createKey(
            tenant: tenant.id, name: "k", expires: nil, concurrentSessions: 5)
        let principal = try await fixture.services.authenticator.authenticate(issued.secret)
        for name in ["wrk_a", "wrk_b"] { _ = try await fixture.worker(name, capacity: 2) }
        let codes = await withTaskGroup(of: TenancyError.Code?.self) { group in
            for index in 0..<60 {
                group.addTask {
                    await code {
                        try await fixture.services.admission.assign(session: session(index), principal: principal)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // Four slots exist; a fifth session passed the key's limit and was taken back for want of a worker.
        #expect(codes.count { $0 == nil } == 4)
        #expect(codes.allSatisfy { $0 == nil || $0 == .concurrentSessionsExceeded || $0 == .noCapacity })
        #expect(try await fixture.count(.tenantLeases(tenant.id)) == 4)
        for name in ["wrk_a", "wrk_b"] {
            #expect(try await fixture.count(.workerSlots("default", WorkerID(name))) == 2)
        }
        await fixture.close()
    }

    @Test func `A refused start burns nothing, whichever limit refused it`() async throws {
        let fixture = try await TenancyFixture()
        let (tenant, _, principal) = try await fixture.tenant(
            TenantLimits(concurrentSessions: 1, requestsPerMinute: 60, requestBurst: 3, sessionStartsPerMinute: 60))
        let admission = fixture.services.admission
        let rate = RedisKey.rate(tenant.id, "rpm").name
        // No worker: everything is taken back.
        for index in 0..<5 {
            #expect(
                await code { try await admission.assign(session: session(index), principal: principal) } == .noCapacity)
        }
        #expect(try await fixture.redis("EXISTS", rate).number == 0)
        let worker = try await fixture.worker()
        fixture.advance(.seconds(2))
        let assignment = try await admission.assign(session: session("a"), principal: principal)
        let spent = try await fixture.redis("GET", rate)
        for index in 0..<5 {
            #expect(
                await code { try await admission.assign(session: session("b\(index)"), principal: principal) }
                    == .concurrentSessionsExceeded)
        }
        #expect(try await fixture.redis("GET", rate) == spent)
        // The burst of three is gone after two more; the refusal leaves the lease sets alone.
        await admission.end(assignment, reason: "")
        for index in 0..<2 {
            let next = try await admission.assign(session: session("c\(index)"), principal: principal)
            await admission.end(next, reason: "")
        }
        let error = await #expect(throws: TenancyError.self) {
            try await admission.assign(session: session("d"), principal: principal)
        }
        #expect(
            error?.code == .requests
                && error.map { ($0.retryAfter ?? .zero) > .zero && ($0.retryAfter ?? .zero) <= .seconds(1) } == true)
        #expect(try await fixture.count(.tenantLeases(tenant.id)) == 0)
        #expect(try await fixture.count(.workerSlots("default", worker.id)) == 0)
        await fixture.close()
    }

    @Test func `Session starts have a limit of their own, named in the refusal`() async throws {
        let fixture = try await TenancyFixture()
        let (_, _, principal) = try await fixture.tenant(
            TenantLimits(requestsPerMinute: 600, sessionStartsPerMinute: 2))
        _ = try await fixture.worker()
        for index in 0..<2 {
            _ = try await fixture.services.admission.assign(session: session(index), principal: principal)
        }
        #expect(
            await code { try await fixture.services.admission.assign(session: session(9), principal: principal) }
                == .sessionStartRate)
        await fixture.close()
    }

    @Test func `Requests follow the arithmetic of the rate algorithm`() async throws {
        let fixture = try await TenancyFixture()
        // One request a minute refills, so that the test's own duration does not matter.
        let (_, _, principal) = try await fixture.tenant(TenantLimits(requestsPerMinute: 1, requestBurst: 10))
        let limiter = fixture.services.limiter
        let first = try await limiter.chargeRequest(principal, cost: 1)
        #expect(first.limit == 1 && first.remaining == 9 && first.resetAfter == .seconds(60))
        let second = try await limiter.chargeRequest(principal, cost: 4)
        #expect(second.remaining == 5 && second.resetAfter > .seconds(295) && second.resetAfter <= .seconds(300))
        let error = await #expect(throws: TenancyError.self) { try await limiter.chargeRequest(principal, cost: 6) }
        #expect(error?.code == .requests)
        #expect((error?.retryAfter).map { $0 > .seconds(50) && $0 <= .seconds(60) } == true)
        #expect(try await limiter.chargeRequest(principal, cost: 5).remaining == 0)
        #expect(await code { try await limiter.chargeRequest(principal, cost: 11) } == .invalidValue)
        #expect(await code { try await limiter.chargeRequest(principal, cost: 0) } == .invalidValue)
        let (free, _, freePrincipal) = try await fixture.tenant(TenantLimits(requestsPerMinute: 0))
        #expect(try await limiter.chargeRequest(freePrincipal, cost: 1).limit == 0)
        try await fixture.services.directory.setStatus(.suspended, of: free.id)
        #expect(await code { try await limiter.chargeRequest(freePrincipal, cost: 1) } == .tenantSuspended)
        await fixture.close()
    }

    @Test func `Reservations and leases that nobody keeps expire and free their place`() async throws {
        let fixture = try await TenancyFixture {
            $0.reservation = .milliseconds(100)
            $0.lease = .milliseconds(200)
        }
        let (tenant, _, principal) = try await fixture.tenant(TenantLimits(concurrentSessions: 1))
        let worker = try await fixture.worker(capacity: 1)
        let admission = fixture.services.admission
        let abandoned = try await admission.assign(session: session(1), principal: principal)
        try await Task.sleep(for: .milliseconds(150))
        let taken = try await admission.assign(session: session(2), principal: principal)
        #expect(await code { try await admission.activate(abandoned) } == .sessionLost)
        try await admission.activate(taken)
        // Kept past its first end by renewal, then left alone.
        for _ in 0..<4 {
            try await Task.sleep(for: .milliseconds(80))
            #expect(await admission.renew([taken]) == RenewalOutcome())
            #expect(
                await code { try await admission.assign(session: session(3), principal: principal) }
                    == .concurrentSessionsExceeded)
        }
        try await Task.sleep(for: .milliseconds(250))
        let next = try await admission.assign(session: session(4), principal: principal)
        #expect(await admission.renew([taken]).lost == [session(2)])
        await admission.end(next, reason: "")
        #expect(try await fixture.count(.tenantLeases(tenant.id)) == 0)
        #expect(try await fixture.count(.workerSlots("default", worker.id)) == 0)
        await fixture.close()
    }

    @Test func `One tenant's session is nothing to another, nor to another key or worker`() async throws {
        let fixture = try await TenancyFixture()
        let (_, _, alice) = try await fixture.tenant()
        let (mallorysTenant, _, mallory) = try await fixture.tenant()
        let worker = try await fixture.worker()
        let admission = fixture.services.admission
        let assignment = try await admission.assign(session: session(1), principal: alice)
        #expect(try await admission.claim(session: session(1), principal: mallory, worker: worker) == nil)
        #expect(try await admission.claim(session: session(2), principal: alice, worker: worker) == nil)
        for name in ["", "a b", "x\r\nDEL", String(repeating: "x", count: 65)] {
            #expect(try await admission.claim(session: SessionID(name), principal: alice, worker: worker) == nil)
        }
        let elsewhere = WorkerRegistration(id: WorkerID("wrk_2"), address: "h:1", capacity: 1)
        #expect(try await admission.claim(session: session(1), principal: alice, worker: elsewhere) == nil)
        #expect(
            await code { try await admission.admitHere(session: session(1), principal: alice, worker: elsewhere) }
                == .sessionConflict)
        // The same id under another tenant is another session; its end does not touch the first.
        let own = try await admission.admitHere(session: session(1), principal: mallory, worker: worker)
        #expect(own.tenant == mallorysTenant.id)
        let forged = Assignment(
            session: session(1), tenant: alice.tenant, key: alice.key, worker: WorkerID("wrk_2"), address: "",
            fence: assignment.fence)
        await admission.end(forged, reason: "")
        await admission.end(own, reason: "")
        #expect(await code { try await admission.activate(forged) } == .sessionConflict)
        try await admission.activate(assignment)
        // Another key of the same tenant does not get it either.
        let second = try await fixture.services.directory.createKey(
            tenant: alice.tenant, name: "", expires: nil, concurrentSessions: 0)
        let sibling = try await fixture.services.authenticator.authenticate(second.secret)
        #expect(await code { try await admission.assign(session: session(1), principal: sibling) } == .sessionConflict)
        await fixture.close()
    }

    @Test func `Revoked keys, revoked tokens, cut-offs and suspensions stop new sessions at once`() async throws {
        let fixture = try await TenancyFixture()
        let (tenant, key, principal) = try await fixture.tenant()
        let (directory, admission) = (fixture.services.directory, fixture.services.admission)
        _ = try await fixture.worker()
        func minted() async throws -> (EphemeralKey, Principal) {
            let minted = try await fixture.services.issuer.mint(
                EphemeralKeyRequest(configuration: "{}", shape: .beta), for: principal)
            return (minted, try await fixture.services.authenticator.authenticate(minted.value))
        }
        let (one, first) = try await minted()
        let (_, second) = try await minted()
        let running = try await admission.assign(session: session("e1"), principal: first)
        try await admission.activate(running)
        try await fixture.services.issuer.revoke(tokenID: one.tokenID, tenant: tenant.id)
        #expect(await code { try await admission.assign(session: session("e2"), principal: first) } == .revoked)
        #expect(await code { try await admission.assign(session: session("e3"), principal: second) } == nil)
        try await directory.revokeTokens(of: tenant.id)
        #expect(await code { try await admission.assign(session: session("e4"), principal: second) } == .revoked)
        #expect(await code { try await admission.assign(session: session("e5"), principal: principal) } == nil)
        try await directory.setStatus(.suspended, of: tenant.id)
        #expect(
            await code { try await admission.assign(session: session("e6"), principal: principal) } == .tenantSuspended)
        #expect(await admission.renew([running]).suspended == [session("e1")])
        try await directory.setStatus(.active, of: tenant.id)
        try await directory.revokeKey(key.record.id, of: tenant.id)
        // The principal is still in the cache; the script knows better.
        #expect(await code { try await fixture.services.authenticator.authenticate(key.secret) } == nil)
        #expect(await code { try await admission.assign(session: session("e7"), principal: principal) } == .revoked)
        #expect(await code { try await fixture.services.limiter.chargeRequest(principal, cost: 1) } == .revoked)
        await fixture.close()
    }

    @Test func `Live sessions of a revoked key or client secret are named at the next renewal`() async throws {
        let fixture = try await TenancyFixture()
        let (tenant, key, principal) = try await fixture.tenant()
        let (directory, admission) = (fixture.services.directory, fixture.services.admission)
        _ = try await fixture.worker()
        func begin(_ id: String, _ principal: Principal) async throws -> Assignment {
            let assignment = try await admission.assign(session: session(id), principal: principal)
            try await admission.activate(assignment)
            return assignment
        }
        func minted() async throws -> (String, Principal) {
            let minted = try await fixture.services.issuer.mint(
                EphemeralKeyRequest(configuration: "{}", shape: .beta), for: principal)
            return (minted.tokenID, try await fixture.services.authenticator.authenticate(minted.value))
        }
        let (firstToken, first) = try await minted()
        let (_, second) = try await minted()
        let otherKey = try await directory.createKey(
            tenant: tenant.id, name: "other", expires: nil, concurrentSessions: 0)
        let other = try await fixture.services.authenticator.authenticate(otherKey.secret)
        let live = [
            try await begin("r1", principal), try await begin("r2", first), try await begin("r3", second),
            try await begin("r4", other),
        ]
        #expect(await admission.renew(live) == RenewalOutcome())
        try await fixture.services.issuer.revoke(tokenID: firstToken, tenant: tenant.id)
        #expect(await admission.renew(live).revoked == [session("r2")])
        try await directory.revokeTokens(of: tenant.id)
        #expect(await admission.renew(live).revoked == [session("r2"), session("r3")])
        try await directory.revokeKey(key.record.id, of: tenant.id)
        let outcome = await admission.renew(live)
        #expect(outcome.revoked == [session("r1"), session("r2"), session("r3")])
        #expect(outcome.lost.isEmpty && outcome.suspended.isEmpty)
        await fixture.close()
    }
}
