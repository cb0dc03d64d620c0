import Core
import HTTPServer
import Tenancy
import Testing

@testable import ControlPlaneAPI

@Suite("Assignment for the edge")
struct AssignmentTests {
    @Test("an admitted session goes to its worker with its id")
    func assigned() async throws {
        let api = API()
        let response = try await api.assign("/v1/realtime?model=gpt-realtime")
        #expect(response.status == .noContent)
        #expect(response.fields["x-antiphon-upstream"] == "127.0.0.1:9001")
        #expect(response.fields["x-antiphon-session"] == api.tenancy.asked.assigned.first?.rawValue)
        #expect(response.fields["x-antiphon-refusal"] == nil)
    }

    @Test(
        "the key is found wherever a client may put it",
        arguments: [
            ["authorization": "Bearer sk-good"], ["authorization": "bearer  sk-good "], ["api-key": "sk-good"],
            ["sec-websocket-protocol": "realtime, openai-insecure-api-key.sk-good, openai-beta.realtime-v1"],
            ["authorization": "Basic x", "sec-websocket-protocol": "openai-insecure-api-key.sk-good"],
        ] as [HTTPFields])
    func carriers(fields: HTTPFields) async throws {
        let api = API()
        let response = try await api.assign("/v1/realtime", fields: fields)
        #expect(api.tenancy.asked.credentials == ["sk-good"])
        #expect(response.fields["x-antiphon-session"] != nil)
    }

    @Test("a bad key goes to a live worker, which says so itself", arguments: ["Bearer wrong", ""])
    func badKey(authorization: String) async throws {
        let api = API(
            FakeTenancy {
                $0.workers = .success([
                    FakeTenancy.worker("wrk_a", "127.0.0.1:9001", state: .draining),
                    FakeTenancy.worker("wrk_b", "127.0.0.1:9002"),
                ])
            })
        let response = try await api.assign(
            "/v1/realtime", fields: authorization.isEmpty ? [:] : ["authorization": authorization])
        #expect(response.fields["x-antiphon-upstream"] == "127.0.0.1:9002")
        #expect(response.fields["x-antiphon-session"] == nil)
        #expect(api.tenancy.asked.assigned.isEmpty)
    }

    @Test("a bad key with no worker alive is refused with 401")
    func badKeyAlone() async throws {
        let response = try await API().assign("/v1/realtime", fields: ["authorization": "Bearer wrong"])
        #expect(response.fields["x-antiphon-upstream"] == "antiphon_internal")
        #expect(response.fields["x-antiphon-refusal"] == "invalid_api_key")
    }

    @Test(
        "a refusal is an assignment to the endpoint that gives the true status",
        arguments: [
            (TenancyError(.concurrentSessionsExceeded, retryAfter: .milliseconds(1830)), 429, "2"),
            (TenancyError(.requests, retryAfter: .milliseconds(200)), 429, "1"),
            (TenancyError(.noCapacity), 503, "1"),
            (TenancyError(.storeUnavailable, retryAfter: .seconds(3)), 503, "3"),
        ])
    func refusal(error: TenancyError, status: Int, retryAfter: String) async throws {
        let api = API(FakeTenancy { $0.assignments = [.failure(error)] })
        let response = try await api.assign("/v1/realtime")
        #expect(response.status == .noContent)
        #expect(response.fields["x-antiphon-upstream"] == "antiphon_internal")
        let header = try #require(response.fields["x-antiphon-refusal"])
        for path in ["/v1/realtime?model=x", "/realtime", "/w/wrk_a/v1/realtime"] {
            let refused = try await api.internal(path, fields: ["x-antiphon-refusal": header])
            #expect(refused.status.code == status)
            #expect(refused.errorCode == error.code.rawValue)
            #expect(refused.fields["retry-after"] == retryAfter)
            #expect(refused.fields["x-should-retry"] == "true")
        }
    }

    @Test(
        "a page that is refused goes to a live worker, which can tell it; to the named one if it named one",
        arguments: [TenancyError(.concurrentSessionsExceeded), TenancyError(.noCapacity), TenancyError(.draining)])
    func page(error: TenancyError) async throws {
        let api = API(
            FakeTenancy {
                $0.assignments = [.failure(error)]
                $0.workers = .success([
                    FakeTenancy.worker("wrk_a", "127.0.0.1:9001"),
                    FakeTenancy.worker("wrk_b", "127.0.0.1:9002", state: .draining),
                ])
            })
        var fields: HTTPFields = [
            "origin": "https://page.example", "sec-websocket-protocol": "realtime, openai-insecure-api-key.sk-good",
        ]
        let response = try await api.assign("/v1/realtime", fields: fields)
        #expect(response.fields["x-antiphon-upstream"] == "127.0.0.1:9001")
        #expect(response.fields["x-antiphon-session"] == nil && response.fields["x-antiphon-refusal"] == nil)
        let named = try await api.assign("/w/wrk_b/v1/realtime", fields: fields)
        #expect(named.fields["x-antiphon-upstream"] == "127.0.0.1:9002")
        let unknown = try await api.assign("/w/wrk_c/v1/realtime", fields: fields)
        #expect(unknown.fields["x-antiphon-upstream"] == "antiphon_internal")
        // One that can read a status gets it.
        fields["authorization"] = "Bearer sk-good"
        let client = try await api.assign("/w/wrk_b/v1/realtime", fields: fields)
        #expect(client.fields["x-antiphon-refusal"]?.hasPrefix("draining") == true)
    }

    @Test("a store that is away is 503 also when it is the authentication that needs it")
    func storeAway() async throws {
        let api = API(FakeTenancy { $0.keys["sk-good"] = .failure(TenancyError(.storeUnavailable)) })
        #expect(
            try await api.assign("/v1/realtime").fields["x-antiphon-refusal"]?.hasPrefix("store_unavailable") == true)
    }

    @Test("a worker that did not answer is not assigned again, and what was reserved there is given back")
    func reassigned() async throws {
        let api = API(
            FakeTenancy {
                $0.assignments = [.success("127.0.0.1:9001"), .success("127.0.0.1:9001"), .success("127.0.0.1:9002")]
            })
        let response = try await api.assign(
            "/v1/realtime", fields: ["authorization": "Bearer sk-good", "x-antiphon-failed": "127.0.0.1:9001"])
        #expect(response.fields["x-antiphon-upstream"] == "127.0.0.1:9002")
        let asked = api.tenancy.asked
        #expect(asked.assigned.count == 3)
        #expect(asked.ended == Array(asked.assigned.prefix(2)))
    }

    @Test("with only the worker that did not answer, the client is told to come back")
    func noOther() async throws {
        let api = API()
        let response = try await api.assign(
            "/v1/realtime", fields: ["authorization": "Bearer sk-good", "x-antiphon-failed": "127.0.0.1:9001"])
        #expect(response.fields["x-antiphon-refusal"]?.hasPrefix("no_capacity") == true)
        #expect(api.tenancy.asked.ended.count == api.tenancy.asked.assigned.count)
    }

    @Test("a named worker gets the session if it is there and ready")
    func named() async throws {
        let api = API(
            FakeTenancy {
                $0.workers = .success([
                    FakeTenancy.worker("wrk_a", "127.0.0.1:9001"),
                    FakeTenancy.worker("wrk_b", "127.0.0.1:9002", state: .draining),
                ])
            })
        #expect(try await api.assign("/w/wrk_a/v1/realtime").fields["x-antiphon-upstream"] == "127.0.0.1:9001")
        #expect(api.tenancy.asked.here == [WorkerID("wrk_a")])
        #expect(try await api.assign("/w/wrk_b/realtime").fields["x-antiphon-refusal"]?.hasPrefix("draining") == true)
        #expect(
            try await api.assign("/w/wrk_c/v1/realtime").fields["x-antiphon-refusal"]?.hasPrefix("not_found") == true)
    }

    @Test("a question without the original target is refused", arguments: [nil, "", "x", "/%zz"] as [String?])
    func malformed(original: String?) async throws {
        var fields: HTTPFields = ["authorization": "Bearer sk-good"]
        fields["x-original-uri"] = original
        #expect(try await API().internal("/internal/assign", fields: fields).status == .badRequest)
    }

    @Test("a header that is no refusal of ours is a plain 503", arguments: ["", "nonsense", "requests;1;2", ";"])
    func foreignRefusal(header: String) async throws {
        let response = try await API().internal("/v1/realtime", fields: ["x-antiphon-refusal": header])
        #expect(response.status == .serviceUnavailable)
    }

    @Test("every refusal survives the way through the edge")
    func refusalHeader() {
        for code in TenancyError.Code.allCases {
            for wait in [nil, Duration.milliseconds(0), .milliseconds(12_345)] {
                let refusal = Refusal(TenancyError(code, retryAfter: wait))
                #expect(Refusal(headerValue: refusal.headerValue) == refusal)
            }
        }
    }
}
