import Core
import Redis
import TestSupport
import Testing

@testable import Tenancy

@Suite(.timeLimit(.minutes(1))) struct WorkerRegistryTests {
    @Test func `Workers are seen from other processes, with their load and state`() async throws {
        let fixture = try await TenancyFixture()
        let edge = try await fixture.replica { $0.workerListAge = .zero }
        let (_, _, principal) = try await fixture.tenant()
        let worker = try await fixture.worker(capacity: 3)
        let assignment = try await fixture.services.admission.admitHere(
            session: session(1), principal: principal, worker: worker)
        let seen = try await edge.services.workers.workers()
        #expect(
            seen.map(\.registration) == [worker] && seen[0].used == 1 && seen[0].state == .ready
                && seen[0].silence < .seconds(6))
        #expect(try await fixture.services.workers.heartbeat(worker) == .ready)
        try await edge.services.workers.setState(.draining, of: worker.id)
        #expect(try await fixture.services.workers.heartbeat(worker) == .draining)
        #expect(try await edge.services.workers.workers().map(\.state) == [.draining])
        #expect(
            await code { try await edge.services.admission.assign(session: session(2), principal: principal) }
                == .noCapacity)
        #expect(
            await code {
                try await fixture.services.admission.admitHere(
                    session: session(2), principal: principal, worker: worker)
            } == .draining)
        try await fixture.services.admission.activate(assignment)
        try await fixture.services.workers.remove(worker.id)
        #expect(try await edge.services.workers.workers().isEmpty)
        #expect(await code { try await edge.services.workers.setState(.ready, of: worker.id) } == .notFound)
        // A worker the store has forgotten is back with its next sign of life.
        #expect(try await fixture.services.workers.heartbeat(worker) == .ready)
        #expect(try await edge.services.workers.workers().count == 1)
        // One that drains is never ready again, whatever the store remembers of it or has forgotten.
        #expect(try await fixture.services.workers.heartbeat(worker, isDraining: true) == .draining)
        try await fixture.services.workers.remove(worker.id)
        #expect(try await fixture.services.workers.heartbeat(worker, isDraining: true) == .draining)
        await fixture.close()
        await edge.close()
    }

    @Test func `A silent worker gets no sessions`() async throws {
        let fixture = try await TenancyFixture {
            $0.heartbeatMaximum = .milliseconds(150)
            $0.workerListAge = .zero
        }
        let (_, _, principal) = try await fixture.tenant()
        let silent = try await fixture.worker("wrk_silent")
        try await Task.sleep(for: .milliseconds(200))
        #expect(try await fixture.services.workers.workers().isEmpty)
        #expect(
            await code {
                try await fixture.services.admission.admitHere(
                    session: session(1), principal: principal, worker: silent)
            } == .noCapacity)
        let alive = try await fixture.worker("wrk_alive")
        for index in 2..<6 {
            _ = try await fixture.services.workers.heartbeat(alive)
            #expect(
                try await fixture.services.admission.assign(session: session(index), principal: principal).worker
                    == alive.id)
        }
        await fixture.close()
    }

    @Test func `The picture is kept for its age and while the store is away`() async throws {
        let fixture = try await TenancyFixture()
        _ = try await fixture.worker("wrk_1")
        #expect(try await fixture.services.workers.workers().count == 1)
        _ = try await fixture.worker("wrk_2")
        #expect(try await fixture.services.workers.workers().count == 1)
        fixture.advance(.seconds(2))
        #expect(try await fixture.services.workers.workers().count == 2)
        fixture.server.kill()
        fixture.advance(.seconds(60))
        #expect(try await fixture.services.workers.workers().count == 2)
        fixture.advance(.seconds(900))
        #expect(await code { try await fixture.services.workers.workers() } == .storeUnavailable)
        await fixture.close()
    }

    @Test func `Of many who come at once after the first worker has joined, none is refused for an old picture`()
        async throws
    {
        let fixture = try await TenancyFixture()
        let replica = try await fixture.replica()
        let (_, _, principal) = try await fixture.tenant()
        for round in 0..<5 {
            #expect(try await fixture.services.workers.workers().isEmpty)
            let worker = try await replica.worker("wrk_\(round)")
            fixture.advance(.milliseconds(500))
            let admission = fixture.services.admission
            let refused = await withTaskGroup(of: TenancyError.Code?.self) { group in
                for number in 0..<8 {
                    let id = SessionID("sess_\(round)_\(number)")
                    group.addTask {
                        await code { try await admission.assign(session: id, principal: principal) }
                    }
                }
                return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
            }
            #expect(refused.isEmpty)
            try await replica.services.workers.remove(worker.id)
            fixture.advance(.seconds(10))
        }
        await replica.close()
        await fixture.close()
    }

    @Test func `Sessions spread over all workers`() async throws {
        let fixture = try await TenancyFixture()
        let (_, _, principal) = try await fixture.tenant(TenantLimits(concurrentSessions: 0, requestsPerMinute: 0))
        for index in 0..<5 { _ = try await fixture.worker("wrk_\(index)", capacity: 20) }
        var used: [WorkerID: Int] = [:]
        for index in 0..<100 {
            used[
                try await fixture.services.admission.assign(session: session(index), principal: principal).worker,
                default: 0] += 1
        }
        // Every slot of every worker was found: a full candidate never hides a free one for more than a few draws.
        #expect(used.values.allSatisfy { $0 == 20 } && used.count == 5)
        #expect(
            await code { try await fixture.services.admission.assign(session: session("x"), principal: principal) }
                == .noCapacity)
        await fixture.close()
    }
}
