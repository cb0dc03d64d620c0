import Core
import HTTPServer
import Lifecycle
import Tenancy
import Testing

@testable import ControlPlaneAPI

@Suite("Public API")
struct PublicAPITests {
    @Test("models are listed, and one can be asked for by name")
    func models() async throws {
        let api = API { $0.models = ModelCatalog(["one", "org/two"]) }
        let list = try await api.public(.get, "/v1/models")
        #expect(list.status == .ok)
        #expect(list.json["object"]?.string == "list")
        #expect(list.json["data"]?.array?.map { $0["id"]?.string } == ["one", "org/two"])
        #expect(try await api.public(.get, "/v1/models/org%2Ftwo").json["id"]?.string == "org/two")
        let missing = try await api.public(.get, "/v1/models/three")
        #expect(missing.status == .notFound)
        #expect(missing.errorCode == "model_not_found")
    }

    @Test(
        "a call without a good key is refused as the key deserves",
        arguments: [
            (TenancyError.Code.invalidAPIKey, 401), (.expiredAPIKey, 401), (.clientSecretExpired, 401), (.revoked, 401),
            (.tenantSuspended, 403), (.storeUnavailable, 503),
        ])
    func refusedKeys(code: TenancyError.Code, status: Int) async throws {
        let api = API(FakeTenancy { $0.keys["sk-bad"] = .failure(TenancyError(code)) })
        let response = try await api.public(.get, "/v1/models", key: "sk-bad")
        #expect(response.status.code == status)
        #expect(response.errorCode == code.rawValue)
        #expect((response.fields["www-authenticate"] != nil) == (status == 401))
        #expect(api.tenancy.asked.charged == 0)
    }

    @Test("a call without any key is 401")
    func noKey() async throws {
        let response = try await API().public(.get, "/v1/models", key: nil)
        #expect(response.status == .unauthorized)
        #expect(response.errorCode == "missing_credentials")
    }

    @Test("an answer tells where the caller stands")
    func rateHeaders() async throws {
        let response = try await API().public(.get, "/v1/models/none")
        #expect(response.status == .notFound)
        #expect(response.fields["x-ratelimit-limit-requests"] == "600")
        #expect(response.fields["x-ratelimit-remaining-requests"] == "599")
        #expect(response.fields["x-ratelimit-reset-requests"] == "100ms")
        #expect(response.fields["openai-organization"] == "ten_1")
        #expect(response.fields["x-request-id"]?.hasPrefix("req_") == true)
        #expect(Int(response.fields["openai-processing-ms"] ?? "") ?? 0 >= 1)
    }

    @Test("a caller without requests left is 429 and told when to return")
    func rateLimited() async throws {
        let api = API(FakeTenancy { $0.limit = .failure(TenancyError(.requests, retryAfter: .milliseconds(1500))) })
        let response = try await api.public(.post, "/v1/realtime/client_secrets", body: "{}")
        #expect(response.status == .tooManyRequests)
        #expect(response.fields["retry-after"] == "2")
        #expect(response.fields["retry-after-ms"] == "1500")
        #expect(api.tenancy.asked.minted.isEmpty)
    }

    @Test("reads go on while requests cannot be counted, minting does not")
    func uncounted() async throws {
        let api = API(FakeTenancy { $0.limit = .failure(TenancyError(.storeUnavailable)) })
        let read = try await api.public(.get, "/v1/models")
        #expect(read.status == .ok)
        #expect(read.fields["x-ratelimit-limit-requests"] == nil)
        #expect(try await api.public(.post, "/v1/realtime/client_secrets").status == .serviceUnavailable)
    }

    @Test("a WebSocket endpoint asked for without an upgrade is 426", arguments: ["/v1/realtime?model=x", "/realtime"])
    func upgradeRequired(path: String) async throws {
        let response = try await API().public(.get, path, key: nil)
        #expect(response.status == .upgradeRequired)
        #expect(response.fields["upgrade"] == "websocket")
    }

    @Test("the contract is served with its validator")
    func contract() async throws {
        let api = API()
        let response = try await api.public(.get, "/openapi.yaml", key: nil)
        #expect(String(decoding: response.body, as: UTF8.self).hasPrefix("openapi: 3.1"))
        let tag = try #require(response.fields["etag"])
        let again = try await api.public(.get, "/openapi.yaml", key: nil, fields: ["if-none-match": "\"x\", W/\(tag)"])
        #expect(again.status == .notModified)
        #expect(again.body.isEmpty)
        #expect(again.fields["etag"] == tag)
    }

    @Test("the key set is public, cacheable, and outlives the store")
    func keySet() async throws {
        let router = API()
        let keys = KeySetHandler(issuer: router.tenancy)
        let request = HTTPRequest(.get, target: try #require(HTTPTarget("/.well-known/jwks.json")))
        let context = RequestContext.forTests()
        let first = try await keys.get(request, context)
        #expect(first.fields["cache-control"] == "public, max-age=300")
        router.tenancy.change { $0.keySet = .failure(TenancyError(.storeUnavailable)) }
        #expect(try await keys.get(request, context).body == first.body)
        #expect(try await router.public(.get, "/.well-known/jwks.json", key: nil).status == .serviceUnavailable)
    }

    @Test("a page of an allowed origin may call and read the headers it needs")
    func crossOrigin() async throws {
        let api = API { $0.allowedOrigins = ["https://app.example"] }
        let good = try await api.public(.get, "/v1/models", fields: ["origin": "https://app.example"])
        #expect(good.fields["access-control-allow-origin"] == "https://app.example")
        #expect(good.fields["access-control-expose-headers"]?.contains("x-request-id") == true)
        #expect(good.fields.values("vary").contains("origin"))
        let refused = try await api.public(.get, "/v1/models", fields: ["origin": "https://evil.example"])
        #expect(refused.fields["access-control-allow-origin"] == nil)
    }

    @Test("errors are readable across origins too")
    func crossOriginError() async throws {
        let response = try await API().public(.get, "/v1/models", key: nil, fields: ["origin": "null"])
        #expect(response.status == .unauthorized)
        #expect(response.fields["access-control-allow-origin"] == "null")
    }

    @Test("a preflight needs no key and names what is allowed")
    func preflight() async throws {
        let response = try await API().public(
            .options, "/v1/realtime/client_secrets", key: nil,
            fields: [
                "origin": "https://app.example", "access-control-request-method": "POST",
                "access-control-request-headers": "authorization,content-type,x-stainless-os",
            ])
        #expect(response.status == .noContent)
        #expect(response.fields["access-control-allow-origin"] == "https://app.example")
        #expect(response.fields["access-control-allow-headers"] == "authorization,content-type,x-stainless-os")
        #expect(response.fields["access-control-allow-methods"]?.contains("POST") == true)
        #expect(response.fields["access-control-max-age"] == "600")
    }

    @Test(
        "the caller's own request id comes back if it is plain",
        arguments: [("abc-1", true), ("a b", false), ("", false)])
    func clientRequestID(id: String, echoed: Bool) async throws {
        let response = try await API().public(.get, "/v1/models", fields: ["x-client-request-id": id])
        #expect((response.fields["x-client-request-id"] == id) == echoed)
    }

    @Test("durations are written as Go writes them")
    func durations() {
        let expected: [(Int, String)] = [
            (0, "0s"), (7, "7ms"), (999, "999ms"), (1000, "1s"), (1500, "1.5s"), (59_999, "59.999s"), (60_000, "1m0s"),
            (360_000, "6m0s"), (3_723_000, "1h2m3s"), (-5, "0s"),
        ]
        for (milliseconds, text) in expected {
            #expect(RateLimitHeaders.duration(.milliseconds(milliseconds)) == text)
        }
    }
}

@Suite("Ops listener")
struct OpsTests {
    @Test("alive from the start, ready when told, unready when draining")
    func health() async throws {
        let api = API { $0.isStoreReachable = { false } }
        #expect(try await api.ops("/livez").status == .ok)
        #expect(try await api.ops("/readyz").status == .serviceUnavailable)
        api.services.readiness.markReady()
        let ready = try await api.ops("/readyz")
        #expect(ready.status == .ok)
        #expect(ready.json["store"]?.string == "unreachable")
        api.services.readiness.markDraining()
        #expect(try await api.ops("/readyz").status == .serviceUnavailable)
        #expect(try await api.ops("/livez").status == .ok)
    }

    @Test("requests are counted by route template, never by what the client typed")
    func metrics() async throws {
        let api = API()
        _ = try await api.public(.get, "/v1/models/secret-name")
        _ = try await api.public(.get, "/nowhere/secret-name")
        let text = String(decoding: try await api.ops("/metrics").body, as: UTF8.self)
        #expect(text.contains("route=\"/v1/models/{model}\",status=\"404\"} 1"))
        #expect(text.contains("route=\"unmatched\",status=\"404\"} 1"))
        #expect(!text.contains("secret-name"))
    }
}

@Suite("Contract")
struct ContractTests {
    @Test("every public route is in openapi.yaml and the other way round, in the same order")
    func routes() {
        var documented: [String] = []
        var path = ""
        var isInPaths = false
        for line in OpenAPIDocument.text.split(separator: "\n", omittingEmptySubsequences: false) {
            if !line.isEmpty, !line.hasPrefix(" ") { isInPaths = line == "paths:" }
            guard isInPaths else { continue }
            if line.hasPrefix("  /"), line.hasSuffix(":") { path = String(line.dropFirst(2).dropLast()) }
            for method in ["get", "put", "post", "delete", "patch"] where line == "    \(method):" {
                documented.append("\(method.uppercased()) \(path)")
            }
        }
        let served = Routes.public(API().services).map { "\($0.method) \($0.template)" }
        #expect(documented == served)
    }
}

@Suite("Reaper")
struct ReaperTests {
    private let lost = [FakeTenancy.worker("wrk_a", "a", silence: .seconds(61)), FakeTenancy.worker("wrk_b", "b")]

    private func at(_ seconds: Int) -> MonotonicInstant { .zero + .seconds(seconds) }

    @Test("a silent worker is removed, one lease after the start at the earliest")
    func removes() {
        var machine = ReaperMachine(lostAfter: .seconds(60), patience: .seconds(30))
        #expect(machine.observe(lost, now: at(0)).isEmpty)
        #expect(machine.observe(lost, now: at(29)).isEmpty)
        #expect(machine.observe(lost, now: at(30)) == [WorkerID("wrk_a")])
    }

    @Test("after the store was away nobody is removed for one lease")
    func waits() {
        var machine = ReaperMachine(lostAfter: .seconds(60), patience: .seconds(30))
        _ = machine.observe([], now: at(0))
        #expect(machine.observe(nil, now: at(100)).isEmpty)
        #expect(machine.observe(lost, now: at(110)).isEmpty)
        #expect(machine.observe(lost, now: at(139)).isEmpty)
        #expect(machine.observe(lost, now: at(140)) == [WorkerID("wrk_a")])
    }
}
