import Core
import Redis
import TestSupport
import Testing

@testable import Tenancy

@Suite(.timeLimit(.minutes(1))) struct StoreOutageTests {
    private func wait(for fixture: TenancyFixture) async throws {
        try #require(await fixture.connection.waitUntilReady(for: .seconds(10)))
    }

    @Test func `A restart of the store ends no session and forgets none`() async throws {
        let fixture = try await TenancyFixture()
        let (tenant, _, principal) = try await fixture.tenant()
        let worker = try await fixture.worker()
        let admission = fixture.services.admission
        var live: [Assignment] = []
        for index in 0..<5 {
            live.append(try await admission.assign(session: session(index), principal: principal))
            try await admission.activate(live[index])
        }
        fixture.server.kill()
        var outcome = await admission.renew(live)
        #expect(outcome.lost.isEmpty && outcome.isStoreUnavailable)
        try fixture.server.start()
        try await wait(for: fixture)
        #expect(await admission.renew(live) == RenewalOutcome())
        #expect(try await fixture.count(.tenantLeases(tenant.id)) == 5)
        // Scripts are gone with the old process; every one of them is sent again.
        #expect(await code { try await admission.assign(session: session("new"), principal: principal) } == nil)

        // What was not yet on disk is put back within the window after the restart.
        try await fixture.redis(
            "DEL", RedisKey.tenantLeases(tenant.id).name, RedisKey.workerSlots("default", worker.id).name)
        for assignment in live { try await fixture.redis("DEL", RedisKey.session(tenant.id, assignment.session).name) }
        outcome = await admission.renew(live)
        #expect(outcome == RenewalOutcome())
        #expect(try await fixture.count(.tenantLeases(tenant.id)) == 5)
        #expect(try await fixture.count(.workerSlots("default", worker.id)) == 5)
        #expect(await admission.renew(live) == RenewalOutcome())
        await fixture.close()
    }

    @Test func `A lease lost without an outage ends exactly that session`() async throws {
        let fixture = try await TenancyFixture()
        let (tenant, _, principal) = try await fixture.tenant()
        _ = try await fixture.worker()
        let admission = fixture.services.admission
        var live: [Assignment] = []
        for index in 0..<3 {
            live.append(try await admission.assign(session: session(index), principal: principal))
            try await admission.activate(live[index])
        }
        try await fixture.redis("ZREM", RedisKey.tenantLeases(tenant.id).name, "sess_1")
        #expect(await admission.renew(live).lost == [session(1)])
        // A writer with an older fence is somebody else.
        var stale = live[2]
        stale = Assignment(
            session: stale.session, tenant: stale.tenant, key: stale.key, worker: stale.worker, address: "",
            fence: stale.fence - 1)
        #expect(await admission.renew([stale]).lost == [session(2)])
        await fixture.close()
    }

    @Test func `Sessions of many tenants are renewed together, each by its own lease`() async throws {
        let fixture = try await TenancyFixture()
        _ = try await fixture.worker(capacity: 1000)
        var live: [Assignment] = []
        for tenant in 0..<4 {
            let (_, _, principal) = try await fixture.tenant(TenantLimits(requestsPerMinute: 0))
            for index in 0..<70 {
                let assignment = try await fixture.services.admission.assign(
                    session: session("\(tenant)_\(index)"), principal: principal)
                try await fixture.services.admission.activate(assignment)
                live.append(assignment)
            }
        }
        #expect(await fixture.services.admission.renew(live) == RenewalOutcome())
        let gone = live[100]
        try await fixture.redis("DEL", RedisKey.session(gone.tenant, gone.session).name)
        #expect(await fixture.services.admission.renew(live).lost == [gone.session])
        await fixture.close()
    }

    @Test func `While the store is away a worker admits known tenants within its share, and hands them over later`()
        async throws
    {
        let fixture = try await TenancyFixture()
        let (tenant, _, principal) = try await fixture.tenant(TenantLimits(concurrentSessions: 5))
        let (_, _, stranger) = try await fixture.tenant()
        let worker = try await fixture.worker()
        _ = try await fixture.worker("wrk_2")
        #expect(try await fixture.services.workers.workers().count == 2)
        let unknown = Principal(tenant: TenantID("ten_never_seen"), key: stranger.key, credential: .apiKey)
        let admission = fixture.services.admission
        let first = try await admission.admitHere(session: session(0), principal: principal, worker: worker)
        try await admission.activate(first)
        fixture.server.kill()
        var live = [first]
        // Half of five, rounded up, is three; one is here already.
        for index in 1..<3 {
            let local = try await admission.admitHere(session: session(index), principal: principal, worker: worker)
            #expect(local.isLocal)
            try await admission.activate(local)
            live.append(local)
        }
        #expect(
            await code { try await admission.admitHere(session: session(3), principal: principal, worker: worker) }
                == .storeUnavailable)
        #expect(
            await code { try await admission.admitHere(session: session(4), principal: unknown, worker: worker) }
                == .storeUnavailable)
        #expect(try await admission.assign(session: session(5), principal: principal).isLocal)
        #expect(await admission.renew(live).lost.isEmpty)
        await admission.end(live.removeLast(), reason: "closed")
        #expect(
            await code { try await admission.admitHere(session: session(6), principal: principal, worker: worker) }
                == nil)
        try fixture.server.start()
        try await wait(for: fixture)
        #expect(await admission.renew(live) == RenewalOutcome())
        #expect(try await fixture.count(.tenantLeases(tenant.id)) == 2)
        for assignment in live { await admission.end(assignment, reason: "closed") }
        #expect(try await fixture.count(.tenantLeases(tenant.id)) == 0)
        #expect(try await fixture.count(.workerSlots("default", worker.id)) == 0)
        await fixture.close()
    }

    @Test func `Under the policy deny nothing is admitted without the store and leases are not outlived`() async throws
    {
        let fixture = try await TenancyFixture { $0.onStoreFailure = .deny }
        let (_, _, principal) = try await fixture.tenant()
        let worker = try await fixture.worker()
        let admission = fixture.services.admission
        let first = try await admission.admitHere(session: session(0), principal: principal, worker: worker)
        try await admission.activate(first)
        fixture.server.kill()
        #expect(
            await code { try await admission.admitHere(session: session(1), principal: principal, worker: worker) }
                == .storeUnavailable)
        #expect(
            await code { try await admission.assign(session: session(2), principal: principal) } == .storeUnavailable)
        fixture.advance(.seconds(20))
        #expect(await admission.renew([first]).lost.isEmpty)
        fixture.advance(.seconds(7))
        #expect(await admission.renew([first]).lost == [session(0)])
        await fixture.close()
    }
}
