import Core
import HTTPServer
import RealtimeProtocol
import Tenancy
import Testing

@testable import ControlPlaneAPI

@Suite("A tenant's behaviour")
struct BehaviorAPITests {
    private static let path = "/v1/antiphon/behavior"

    @Test("is empty at first, and then what was put, with what follows from it")
    func putAndGet() async throws {
        let api = API { $0.behavior.typingSound.volume = 0.9 }
        let first = try await api.public(.get, Self.path)
        #expect(first.status == .ok)
        #expect(first.json["object"]?.string == "antiphon.behavior")
        #expect(first.json["behavior"] == .object([:]))
        #expect(first.json["effective"]?["typing_sound"]?["volume"]?.number == 0.9)
        #expect(Set((first.json["effective"]?.object ?? [:]).keys) == Set(BehaviorField.groups.map(\.name)))
        let body = #"{"acknowledgement":{"phrases":["sure"],"delay_ms":null},"silence":{"apology":null}}"#
        let put = try await api.public(.put, Self.path, body: body)
        #expect(put.status == .ok)
        let named = try JSONValue.parse(#"{"acknowledgement":{"phrases":["sure"]},"silence":{"apology":null}}"#)
        #expect(put.json["behavior"] == named)
        #expect(put.json["effective"]?["acknowledgement"]?["phrases"] == .array([.string("sure")]))
        #expect(try await api.public(.get, Self.path).json == put.json)
        #expect(try await api.public(.put, Self.path, body: "{}").json == first.json)
        #expect(try await api.public(.get, Self.path).json == first.json)
    }

    @Test(
        "is refused with the field's path, and stays what it was",
        arguments: [
            (#"{"acknowledgement":{"phrases":[]}}"#, "acknowledgement.phrases", "invalid_value"),
            (#"{"typing_sound":{"volume":2}}"#, "typing_sound.volume", "decimal_above_max_value"),
            (#"{"typing_sound":{"tone":2}}"#, "typing_sound.tone", "unknown_parameter"),
            (#"{"interruption":{"mode":1}}"#, "interruption.mode", "invalid_type"),
        ])
    func faults(body: String, parameter: String, code: String) async throws {
        let api = API(FakeTenancy { $0.behavior = .success(#"{"silence":{"apology":"Oh."}}"#) })
        let refused = try await api.public(.put, Self.path, body: body)
        #expect(refused.status == .badRequest)
        #expect(refused.errorParameter == parameter)
        #expect(refused.errorCode == code)
        let kept = try await api.public(.get, Self.path)
        #expect(kept.json["behavior"]?["silence"]?["apology"]?.string == "Oh.")
    }

    @Test("names for summaries only models that the operator listed")
    func summaryModels() async throws {
        let api = API { services in
            services.behavior.summary.model = "own"
            services.summaryModels = SummaryModels(["small"], operators: services.behavior)
        }
        for model in ["small", "own"] {
            let put = try await api.public(.put, Self.path, body: #"{"summary":{"model":"\#(model)"}}"#)
            #expect(put.status == .ok)
        }
        let refused = try await api.public(.put, Self.path, body: #"{"summary":{"model":"dear"}}"#)
        #expect(refused.status == .badRequest && refused.errorParameter == "summary.model")
        #expect(refused.json["error"]?["message"]?.string?.contains("'own', 'small', and null") == true)
        for (endpoint, body, parameter) in [
            ("client_secrets", #"{"session":{"type":"realtime","antiphon":{"summary":{"model":"dear"}}}}"#, "session."),
            ("sessions", #"{"antiphon":{"summary":{"model":"dear"}}}"#, ""),
        ] {
            let refused = try await api.public(.post, "/v1/realtime/" + endpoint, body: body)
            #expect(refused.status == .badRequest)
            #expect(refused.errorParameter == parameter + "antiphon.summary.model")
        }
        #expect(try await api.public(.put, Self.path, body: #"{"summary":{"model":null}}"#).status == .ok)
    }

    @Test(
        "lowers what costs calls below the operator's, and keys below that; nothing raises it",
        arguments: ["agent.max_steps", "agent.stream_retries", "agent.tool_retries", "turn_taking.speculation_budget"])
    func ceilings(path: String) async throws {
        let parts = path.split(separator: ".")
        func body(_ value: Int) -> String { #"{"\#(parts[0])":{"\#(parts[1])":\#(value)}}"# }
        let tenant = Principal(
            tenant: TenantID("ten_1"), key: KeyID("key_1"), credential: .apiKey, behavior: body(2))
        let api = API(FakeTenancy { $0.keys["sk-tenant"] = .success(tenant) }) { services in
            services.behavior.agent.maximumSteps = 3
            services.behavior.agent.streamRetries = 3
            services.behavior.agent.toolRetries = 3
            services.behavior.turnTaking.speculationBudget = 3
        }
        for value in [1, 3] {
            let put = try await api.public(.put, Self.path, body: body(value))
            #expect(put.status == .ok)
            #expect(put.json["effective"]?[String(parts[0])]?[String(parts[1])]?.integer == value)
        }
        let refused = try await api.public(.put, Self.path, body: body(4))
        #expect(refused.status == .badRequest)
        #expect(refused.errorParameter == path && refused.errorCode == "integer_above_max_value")
        #expect(try await api.public(.get, Self.path).json["behavior"] == JSONValue.parse(body(3)))

        for (endpoint, prefix) in [
            ("client_secrets", "session.antiphon."), ("sessions", "antiphon."), ("transcription_sessions", "antiphon."),
        ] {
            func mint(_ key: String, _ value: Int) async throws -> HTTPResponse {
                let session = #""antiphon":\#(body(value))"#
                let isNested = endpoint == "client_secrets"
                let whole = isNested ? #"{"session":{"type":"realtime",\#(session)}}"# : "{\(session)}"
                return try await api.public(.post, "/v1/realtime/" + endpoint, key: key, body: whole)
            }
            for (key, most) in [("sk-tenant", 2), ("sk-good", 3)] {
                #expect(try await mint(key, most).status == .ok)
                let refused = try await mint(key, most + 1)
                #expect(refused.status == .badRequest, "\(endpoint)")
                #expect(refused.errorParameter == prefix + path && refused.errorCode == "integer_above_max_value")
            }
        }
    }

    @Test(
        "is no object, or too long",
        arguments: ["", "[]", "null", "{", #"{"a":""# + String(repeating: "x", count: 70_000) + #""}"#])
    func malformed(body: String) async throws {
        #expect(try await API().public(.put, Self.path, body: body).status == .badRequest)
    }

    @Test("belongs to the API key, not to the keys it gave away")
    func scope() async throws {
        let grant = EphemeralGrant(tokenID: "t", issued: UnixTime(seconds: 1), shape: .ga, configurationDigest: "d")
        let client = Principal(tenant: TenantID("ten_1"), key: KeyID("key_1"), credential: .ephemeral(grant))
        let api = API(FakeTenancy { $0.keys["ek_client"] = .success(client) })
        for method in [HTTPMethod.get, .put] {
            let refused = try await api.public(method, Self.path, key: "ek_client", body: method == .put ? "{}" : "")
            #expect(refused.status == .forbidden)
            #expect(refused.errorCode == "insufficient_scope")
        }
    }

    @Test("cannot be set while the store is away")
    func outage() async throws {
        let api = API(FakeTenancy { $0.behavior = .failure(TenancyError(.storeUnavailable)) })
        #expect(try await api.public(.put, Self.path, body: "{}").status == .serviceUnavailable)
        #expect(try await api.public(.get, Self.path).status == .serviceUnavailable)
    }

    @Test("is what a minted key starts with, before what the request says; others see no trace of it")
    func minting() async throws {
        let tenant = Principal(
            tenant: TenantID("ten_1"), key: KeyID("key_1"), credential: .apiKey,
            behavior: #"{"acknowledgement":{"delay_ms":700,"phrases":["well"]}}"#)
        let api = API(FakeTenancy { $0.keys["sk-tenant"] = .success(tenant) }) { $0.behavior.typingSound.volume = 0.9 }
        func minted(_ key: String, _ path: String, _ body: String) async throws -> JSONValue {
            try await api.public(.post, "/v1/realtime/\(path)", key: key, body: body).json
        }
        let request = #"{"session":{"type":"realtime","antiphon":{"acknowledgement":{"delay_ms":100}}}}"#
        let shown = try await minted("sk-tenant", "client_secrets", request)["session"]?["antiphon"]
        #expect(shown?["acknowledgement"]?["delay_ms"]?.integer == 100)
        #expect(shown?["acknowledgement"]?["phrases"] == .array([.string("well")]))
        #expect(shown?["typing_sound"]?["volume"]?.number == 0.9)
        let stored = try #require(api.tenancy.asked.minted.last)
        let configuration = try SessionConfiguration(stored: Array(stored.configuration.utf8).span)
        #expect(configuration.behavior.acknowledgement.delay == .milliseconds(100))
        #expect(configuration.behavior.acknowledgement.phrases == ["well"])
        #expect(configuration.behavior.typingSound.volume == 0.9)
        let beta = try await minted("sk-tenant", "sessions", #"{"antiphon":{"typing_sound":{"enabled":true}}}"#)
        #expect(beta["antiphon"]?["typing_sound"]?["enabled"]?.bool == true)
        #expect(beta["antiphon"]?["acknowledgement"]?["delay_ms"]?.integer == 700)
        #expect(try await minted("sk-good", "client_secrets", "{}")["session"]?["antiphon"] == nil)
        #expect(try await minted("sk-good", "sessions", "{}")["antiphon"] == nil)
        let refused = try await minted(
            "sk-good", "client_secrets", #"{"session":{"type":"realtime","antiphon":{"acknowledgement":{"delay":1}}}}"#)
        #expect(refused["error"]?["param"]?.string == "session.antiphon.acknowledgement.delay")
    }
}
