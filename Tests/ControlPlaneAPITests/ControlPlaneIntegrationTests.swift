import Core
import Foundation
import RealtimeProtocol
import Tenancy
import TestSupport
import Testing

@testable import ControlPlaneAPI

@Suite("Control plane over Redis", .serialized, .timeLimit(.minutes(1)))
struct ControlPlaneIntegrationTests {
    private let worker = WorkerRegistration(id: WorkerID("wrk_test"), address: "127.0.0.1:9001", capacity: 2)

    private func with(_ body: (RunningControlPlane) async throws -> Void) async throws {
        let running = try await RunningControlPlane()
        do {
            try await body(running)
        } catch {
            await running.stop()
            throw error
        }
        await running.stop()
    }

    @Test("a key that was minted opens a session on a worker with the configuration it was minted for")
    func mintAndAssign() async throws {
        try await with { running in
            try await running.tenancy.workers.register(worker)
            let minted = await running.call(
                "POST", "/v1/realtime/client_secrets", key: running.key,
                body: "{\"session\":{\"type\":\"realtime\",\"instructions\":\"Be brief.\"}}")
            #expect(minted.status == 200)
            let secret = try #require(minted.json["value"]?.string)
            #expect(secret.hasPrefix("ek_"))
            #expect(minted.fields["x-ratelimit-remaining-requests"] == "599")

            let assigned = await running.assign(key: secret)
            #expect(assigned.status == 204)
            #expect(assigned.fields["x-antiphon-upstream"] == worker.address)
            let session = SessionID(try #require(assigned.fields["x-antiphon-session"]))

            let principal = try await running.tenancy.authenticator.authenticate(Secret(secret))
            let claimed = try await running.tenancy.admission.claim(
                session: session, principal: principal, worker: worker)
            #expect(claimed?.session == session)
            let text = try #require(try await running.tenancy.authenticator.sessionConfiguration(of: principal))
            #expect(try SessionConfiguration(stored: Array(text.utf8).span).instructions == "Be brief.")
        }
    }

    @Test("what a tenant puts is in the next key it mints")
    func behavior() async throws {
        try await with { running in
            let path = "/v1/antiphon/behavior"
            #expect(await running.call("GET", path, key: running.key).json["behavior"] == .object([:]))
            let body = "{\"typing_sound\":{\"enabled\":true}}"
            #expect(await running.call("PUT", path, key: running.key, body: body).status == 200)
            #expect(await running.call("GET", path, key: running.key).json["behavior"] == (try JSONValue.parse(body)))
            let minted = await running.call("POST", "/v1/realtime/client_secrets", key: running.key)
            #expect(minted.json["session"]?["antiphon"]?["typing_sound"]?["enabled"]?.bool == true)
            let secret = try #require(minted.json["value"]?.string)
            #expect(await running.call("PUT", path, key: secret, body: "{}").status == 403)
        }
    }

    @Test("an ephemeral key cannot mint another")
    func noScope() async throws {
        try await with { running in
            let minted = await running.call("POST", "/v1/realtime/client_secrets", key: running.key)
            let secret = try #require(minted.json["value"]?.string)
            let refused = await running.call("POST", "/v1/realtime/client_secrets", key: secret)
            #expect(refused.status == 403)
            #expect(refused.json["error"]?["code"]?.string == "insufficient_scope")
            #expect(await running.call("GET", "/v1/models", key: secret).status == 200)
        }
    }

    @Test("a full worker and a full tenant are refused for what they are, and a refusal costs no slot")
    func full() async throws {
        try await with { running in
            try await running.tenancy.workers.register(worker)
            try await running.tenancy.directory.setLimits(
                TenantLimits(concurrentSessions: 3), of: running.bootstrap.tenant)
            for _ in 0..<2 {
                #expect(await running.assign(key: running.key).fields["x-antiphon-upstream"] == worker.address)
            }
            for _ in 0..<3 {
                let refused = await running.assign(key: running.key).fields["x-antiphon-refusal"]
                #expect(refused?.hasPrefix("no_capacity") == true)
            }
            try await running.tenancy.directory.setLimits(
                TenantLimits(concurrentSessions: 2), of: running.bootstrap.tenant)
            let refused = await running.assign(key: running.key).fields["x-antiphon-refusal"]
            #expect(refused?.hasPrefix("concurrent_sessions_exceeded") == true)
        }
    }

    @Test("requests beyond the limit are 429 until it is time again")
    func rateLimit() async throws {
        try await with { running in
            try await running.tenancy.directory.setLimits(
                TenantLimits(requestsPerMinute: 60, requestBurst: 2), of: running.bootstrap.tenant)
            var statuses: [Int] = []
            for _ in 0..<3 { statuses.append(await running.call("GET", "/v1/models", key: running.key).status) }
            #expect(statuses == [200, 200, 429])
            let refused = await running.call("POST", "/v1/realtime/client_secrets", key: running.key)
            #expect(refused.fields["retry-after"] == "1")
            #expect(Int(refused.fields["retry-after-ms"] ?? "").map { (1...1000).contains($0) } == true)
        }
    }

    @Test("a store that dies costs each request milliseconds, and everything works again when it is back")
    func storeOutage() async throws {
        try await with { running in
            try await running.tenancy.workers.register(worker)
            #expect(await running.call("POST", "/v1/realtime/client_secrets", key: running.key).status == 200)
            running.redis.kill()
            let start = ContinuousClock.now
            for _ in 0..<5 {
                let refused = await running.call("POST", "/v1/realtime/client_secrets", key: running.key)
                #expect(refused.status == 503)
                #expect(refused.fields["retry-after"] != nil)
                let assigned = await running.assign(key: running.key)
                #expect(assigned.fields["x-antiphon-refusal"]?.hasPrefix("store_unavailable") == true)
            }
            #expect(ContinuousClock.now - start < .seconds(3))
            #expect(await running.call("GET", "/v1/models", key: running.key).status == 200)
            try running.redis.start()
            var status = 0
            for _ in 0..<100 where status != 200 {
                try await Task.sleep(for: .milliseconds(50))
                status = await running.call("POST", "/v1/realtime/client_secrets", key: running.key).status
            }
            #expect(status == 200)
        }
    }

    @Test("a hundred callers at once are all answered")
    func parallel() async throws {
        try await with { running in
            let key = running.key
            let statuses = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<100 {
                    group.addTask { [running] in await running.call("GET", "/v1/models", key: key).status }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count == 100)
            #expect(statuses.allSatisfy { $0 == 200 })
        }
    }
}
