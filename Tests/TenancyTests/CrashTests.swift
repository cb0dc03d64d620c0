import Core
import Redis
import TestSupport
import Testing

@testable import Tenancy

/// A random walk in which edges and workers die between any two steps, watched by somebody who knows the truth.
@Suite(.timeLimit(.minutes(2))) struct CrashTests {
    private struct Served {
        let assignment: Assignment
        var confirmed: ContinuousClock.Instant
    }

    /// Short enough to expire often, long enough that a busy machine's pauses are not mistaken for deaths.
    private static let lease = Duration.milliseconds(600)
    private static let reservation = Duration.milliseconds(300)
    /// A worker stops to serve this long before its lease ends.
    private static let margin = Duration.milliseconds(150)

    @Test(arguments: [1, 2, 3])
    func `Whoever dies when, no limit is ever passed and no slot is lost`(seed: UInt64) async throws {
        let fixture = try await TenancyFixture {
            $0.lease = Self.lease
            $0.reservation = Self.reservation
            $0.onStoreFailure = .deny
            $0.heartbeatMaximum = .seconds(60)
        }
        var generator = SplitMix64(seed: seed)
        let limits = [3, 5, 8]
        var principals: [Principal] = []
        for limit in limits {
            principals.append(try await fixture.tenant(TenantLimits(concurrentSessions: limit, requestsPerMinute: 0)).2)
        }
        var workers: [WorkerRegistration] = []
        for index in 0..<3 { workers.append(try await fixture.worker("wrk_\(index)", capacity: 4)) }
        let admission = fixture.services.admission
        var served: [Served] = []
        var (starts, deaths) = (0, 0)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(4)
        while clock.now < end {
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<55:
                let principal = principals[Int.random(in: 0..<3, using: &generator)]
                starts += 1
                let id = session("\(seed)_\(starts)")
                if Int.random(in: 0..<12, using: &generator) == 0 {
                    // The edge dies after the first step.
                    _ = try? await admission.admit(session: id, principal: principal)
                    deaths += 1
                } else if let assignment = try? await admission.assign(session: id, principal: principal) {
                    if Int.random(in: 0..<12, using: &generator) == 0 {
                        // The edge dies after the second step, or the client never comes.
                        deaths += 1
                    } else {
                        let asked = clock.now
                        if (try? await admission.activate(assignment)) != nil {
                            served.append(Served(assignment: assignment, confirmed: asked))
                        }
                    }
                }
            case 55..<80:
                let asked = clock.now
                let outcome = await admission.renew(served.map(\.assignment))
                served.removeAll { outcome.lost.contains($0.assignment.session) }
                for index in served.indices { served[index].confirmed = asked }
            case 80..<97:
                guard !served.isEmpty else { continue }
                let ended = served.remove(at: Int.random(in: served.indices, using: &generator))
                await admission.end(ended.assignment, reason: "closed")
            case 97..<99:
                // A worker is killed; nobody says goodbye for it.
                let victim = workers[Int.random(in: 0..<3, using: &generator)].id
                served.removeAll { $0.assignment.worker == victim }
                deaths += 1
            default: try await Task.sleep(for: .milliseconds(Int.random(in: 50...700, using: &generator)))
            }
            // The truth: what is being served by workers that fence themselves.
            let now = clock.now
            served.removeAll { now - $0.confirmed >= Self.lease - Self.margin }
            for (principal, limit) in zip(principals, limits) {
                #expect(served.count { $0.assignment.tenant == principal.tenant } <= limit)
            }
            for worker in workers { #expect(served.count { $0.assignment.worker == worker.id } <= 4) }
        }
        #expect(starts > 100 && deaths > 5)

        // After one lease time every place is free again: each tenant gets exactly its limit, nobody more than fits.
        try await Task.sleep(for: Self.lease + .milliseconds(100))
        for (index, principal) in principals.enumerated() {
            var got: [Assignment] = []
            for attempt in 0..<(limits[index] + 1) {
                if let assignment = try? await admission.assign(
                    session: session("\(seed)_after_\(index)_\(attempt)"), principal: principal)
                {
                    got.append(assignment)
                }
            }
            #expect(got.count == limits[index])
            for assignment in got { await admission.end(assignment, reason: "closed") }
            #expect(try await fixture.count(.tenantLeases(principal.tenant)) == 0)
        }
        for worker in workers { #expect(try await fixture.count(.workerSlots("default", worker.id)) == 0) }
        await fixture.close()
    }
}
