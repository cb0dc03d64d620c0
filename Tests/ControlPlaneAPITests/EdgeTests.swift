import Core
import Foundation
import HTTPServer
import Tenancy
import Testing

@testable import ControlPlaneAPI

@Suite(
    "Edge", .serialized, .timeLimit(.minutes(1)), .enabled(if: RunningEdge.binary != nil, "nginx is not installed"))
struct EdgeTests {
    private let key = "authorization: Bearer sk-good"

    private func withEdge(
        _ tenancy: FakeTenancy = FakeTenancy(), _ body: (RunningEdge) async throws -> Void
    ) async throws {
        let edge = try await RunningEdge(API(tenancy) { $0.models = ModelCatalog(["one"]) })
        do {
            try await body(edge)
        } catch {
            await edge.stop()
            throw error
        }
        await edge.stop()
    }

    @Test("an upgrade goes to the assigned worker, with the session's id and nothing a client made up")
    func upgrade() async throws {
        try await withEdge { edge in
            let address = "127.0.0.1:\(edge.worker.port)"
            edge.api.tenancy.change { $0.assignments = [.success(address)] }
            for target in ["/v1/realtime?model=one", "/realtime?model=one"] {
                let answer = await edge.get(
                    target, upgrade: true, key, "X-Antiphon-Session: sess_forged", "X-Antiphon-Refusal: requests",
                    "X-Antiphon-Failed: 1.2.3.4:5", "Sec-WebSocket-Protocol: realtime", "OpenAI-Beta: realtime=v1")
                #expect(answer.contains("worker \(target)"))
                let session = try #require(edge.api.tenancy.asked.assigned.last)
                #expect(answer.contains("x-antiphon-session: \(session)\n"))
                #expect(answer.contains("upgrade: websocket"))
                #expect(answer.contains("sec-websocket-protocol: realtime"))
                #expect(answer.contains("openai-beta: realtime=v1"))
                #expect(answer.contains(key))
                #expect(!answer.contains("forged"))
                #expect(!answer.contains("1.2.3.4"))
                #expect(!answer.contains("x-antiphon-refusal"))
            }
            #expect(edge.api.tenancy.asked.assigned.count == 2)
        }
    }

    @Test("a named worker is asked for by path")
    func named() async throws {
        try await withEdge { edge in
            let address = "127.0.0.1:\(edge.worker.port)"
            edge.api.tenancy.change { $0.workers = .success([FakeTenancy.worker("wrk_a", address)]) }
            #expect(await edge.get("/w/wrk_a/v1/realtime", upgrade: true, key).contains("worker /w/wrk_a/v1/realtime"))
            #expect(await edge.get("/w/wrk_b/v1/realtime", upgrade: true, key).hasPrefix("HTTP/1.1 404"))
        }
    }

    @Test("a bad key reaches a worker without a session")
    func badKey() async throws {
        try await withEdge { edge in
            let address = "127.0.0.1:\(edge.worker.port)"
            edge.api.tenancy.change { $0.workers = .success([FakeTenancy.worker("wrk_a", address)]) }
            let answer = await edge.get("/v1/realtime", upgrade: true, "authorization: Bearer wrong")
            #expect(answer.contains("worker /v1/realtime"))
            #expect(!answer.contains("x-antiphon-session"))
        }
    }

    @Test("a refusal arrives with its true status, Retry-After and the error's body")
    func refused() async throws {
        let error = TenancyError(.concurrentSessionsExceeded, retryAfter: .milliseconds(2500))
        try await withEdge(FakeTenancy { $0.assignments = [.failure(error)] }) { edge in
            let answer = await edge.get("/v1/realtime?model=one", upgrade: true, key)
            #expect(answer.hasPrefix("HTTP/1.1 429"))
            #expect(answer.lowercased().contains("retry-after: 3\r\n"))
            #expect(answer.contains("\"code\":\"concurrent_sessions_exceeded\""))
            edge.api.tenancy.change { $0.assignments = [.failure(TenancyError(.storeUnavailable))] }
            #expect(await edge.get("/v1/realtime", upgrade: true, key).hasPrefix("HTTP/1.1 503"))
            let wrong = await edge.get("/v1/realtime", upgrade: true, "authorization: Bearer wrong")
            #expect(wrong.hasPrefix("HTTP/1.1 401"))
        }
    }

    @Test("a worker that does not answer is passed over")
    func deadWorker() async throws {
        try await withEdge { edge in
            let (dead, live) = ("127.0.0.1:1", "127.0.0.1:\(edge.worker.port)")
            edge.api.tenancy.change { $0.assignments = [.success(dead), .success(dead), .success(live)] }
            #expect(await edge.get("/v1/realtime?model=one", upgrade: true, key).contains("worker /v1/realtime"))
            let asked = edge.api.tenancy.asked
            #expect(asked.assigned.count == 3)
            #expect(asked.ended == [asked.assigned[1]])
            edge.api.tenancy.change { $0.assignments = [.success(dead)] }
            #expect(await edge.get("/v1/realtime", upgrade: true, key).hasPrefix("HTTP/1.1 503"))
        }
    }

    @Test("REST goes to the control plane, the internal listener is out of reach")
    func rest() async throws {
        try await withEdge { edge in
            let models = await edge.get("/v1/models", key)
            #expect(models.hasPrefix("HTTP/1.1 200"))
            #expect(models.contains("\"id\":\"one\""))
            #expect(await edge.get("/openapi.yaml").contains("openapi: 3.1"))
            #expect(await edge.get("/.well-known/jwks.json").contains("{\"keys\":[]}"))
            #expect(await edge.get("/v1/realtime?model=one", key).hasPrefix("HTTP/1.1 426"))
            #expect(await edge.get("/nowhere").contains("\"code\":\"not_found\""))
            for path in ["/internal/assign", "//internal/assign", "/_antiphon_assign", "/INTERNAL/assign", "/metrics"] {
                #expect(await edge.get(path, key, "X-Original-URI: /v1/realtime").hasPrefix("HTTP/1.1 404"), "\(path)")
            }
            #expect(edge.api.tenancy.asked.assigned.isEmpty)
        }
    }

    @Test("without a control plane the edge says 503 in the usual shape")
    func noControlPlane() async throws {
        try await withEdge { edge in
            await edge.stopAssigning()
            let answer = await edge.get("/v1/realtime", upgrade: true, key)
            #expect(answer.hasPrefix("HTTP/1.1 503"))
            #expect(answer.contains("Retry-After: 1"))
            #expect(answer.contains("\"type\":\"server_error\""))
        }
    }

    @Test("no key, no query and no subprotocol gets into a log")
    func logs() async throws {
        try await withEdge { edge in
            edge.api.tenancy.change { $0.assignments = [.success("127.0.0.1:1")] }
            _ = await edge.get(
                "/v1/realtime?model=secret-query", upgrade: true,
                "sec-websocket-protocol: realtime, openai-insecure-api-key.sk-good")
            _ = await edge.get("/v1/models?key=secret-query", "authorization: Bearer sk-good")
            for file in ["access.log", "start.log"] {
                let url = edge.directory.appending(path: file)
                let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
                #expect(file != "access.log" || text.contains("\"path\":\"/v1/models\""))
                #expect(!text.contains("secret-query"))
                #expect(!text.contains("sk-good"))
            }
            // The error log quotes the request line of a failed upgrade; only the owner may read it.
            let mode = try FileManager.default.attributesOfItem(atPath: edge.directory.path)[.posixPermissions]
            #expect(mode as? Int == 0o700)
        }
    }
}
