import Core
import HTTPServer
import RealtimeProtocol
import Tenancy
import Testing

@testable import ControlPlaneAPI

@Suite("Session keys")
struct ClientSecretTests {
    private static let path = "/v1/realtime/client_secrets"

    @Test("What a client leaves out of its turn detection is what the operator set")
    func turnDetection() async throws {
        let api = API { $0.turnDetection.threshold = 0.75 }
        let detection = #"{"type":"server_vad","silence_duration_ms":250}"#
        for body in ["{}", #"{"session":{"type":"realtime","audio":{"input":{"turn_detection":\#(detection)}}}}"#] {
            let answer = try await api.public(.post, Self.path, body: body)
            let echoed = answer.json["session"]?["audio"]?["input"]?["turn_detection"]
            #expect(echoed?["threshold"]?.number == 0.75)
            #expect(echoed?["silence_duration_ms"]?.number == (body == "{}" ? 500 : 250))
        }
    }

    @Test("nothing asked for gives the defaults", arguments: ["", "{}", "{\"session\":null,\"expires_after\":null}"])
    func defaults(body: String) async throws {
        let api = API()
        let response = try await api.public(.post, Self.path, body: body)
        #expect(response.status == .ok)
        #expect(response.fields["content-type"] == "application/json; charset=utf-8")
        #expect(response.fields["cache-control"] == "no-store")
        let json = response.json
        #expect(Set((json.object ?? [:]).keys) == ["value", "expires_at", "session"])
        #expect(json["value"]?.string == "ek_test")
        #expect(json["expires_at"]?.integer == 1_000_600)
        let session = try #require(json["session"])
        #expect(session["type"]?.string == "realtime")
        #expect(session["object"]?.string == "realtime.session")
        #expect(session["id"]?.string?.hasPrefix("sess_") == true)
        #expect(session["expires_at"]?.integer == 0)
        #expect(session["model"]?.string == "gpt-realtime")
        #expect(session["audio"]?["input"]?["turn_detection"]?["type"]?.string == "server_vad")
        #expect(session["output_modalities"]?.array?.map(\.string) == ["audio"])
        #expect(api.tenancy.asked.minted.first?.shape == .ga)
        #expect(api.tenancy.asked.charged == 1)
    }

    @Test("what is stored for the worker is what the answer shows")
    func stored() async throws {
        let api = API()
        let response = try await api.public(
            .post, Self.path,
            body: """
                {"expires_after":{"anchor":"created_at","seconds":7200},"session":{"type":"realtime","model":"my-model",
                "instructions":"Say \\"hi\\"\\n","audio":{"input":{"turn_detection":null},"output":{"voice":"marin"}}}}
                """)
        #expect(response.status == .ok)
        let request = try #require(api.tenancy.asked.minted.first)
        #expect(request.lifetime == .seconds(7200))
        let configuration = try SessionConfiguration(stored: Array(request.configuration.utf8).span)
        #expect(configuration.model == "my-model")
        #expect(configuration.instructions == "Say \"hi\"\n")
        #expect(configuration.input.turnDetection == nil)
        #expect(configuration.output.voice == "marin")
        let session = response.json["session"]
        #expect(session?["instructions"]?.string == "Say \"hi\"\n")
        #expect(session?["audio"]?["input"]?["turn_detection"]?.isNull == true)
    }

    @Test(
        "a fault is named with its path",
        arguments: [
            (
                "{\"session\":{\"type\":\"realtime\",\"output_modalities\":[\"audio\",\"text\"]}}",
                "session.output_modalities", "invalid_value"
            ),
            ("{\"session\":{\"model\":\"x\"}}", "session.type", "missing_required_parameter"),
            ("{\"session\":{\"type\":\"realtime\",\"temperature\":1}}", "session.temperature", "unknown_parameter"),
            ("{\"expires_after\":{\"seconds\":9}}", "expires_after.seconds", "integer_below_min_value"),
            ("{\"expires_after\":{\"seconds\":7201}}", "expires_after.seconds", "integer_above_max_value"),
            ("{\"expires_after\":{\"seconds\":\"60\"}}", "expires_after.seconds", "invalid_type"),
            ("{\"expires_after\":{\"anchor\":\"now\"}}", "expires_after.anchor", "invalid_value"),
            ("{\"sessions\":{}}", "sessions", "unknown_parameter"),
            ("{\"session\":[]}", "session", "invalid_type"),
        ])
    func faults(body: String, parameter: String, code: String) async throws {
        let api = API()
        let response = try await api.public(.post, Self.path, body: body)
        #expect(response.status == .badRequest)
        #expect(response.errorParameter == parameter)
        #expect(response.errorCode == code)
        #expect(response.json["error"]?["type"]?.string == "invalid_request_error")
        #expect(api.tenancy.asked.minted.isEmpty)
    }

    @Test("what is no JSON object is refused", arguments: ["{", "[]", "nul", "\"x\"", "{}x", "\u{1}"])
    func malformed(body: String) async throws {
        let response = try await API().public(.post, Self.path, body: body)
        #expect(response.status == .badRequest)
        #expect(response.errorCode == "invalid_json")
    }

    @Test("a body of another media type is 415, one that does not say is taken for JSON")
    func mediaType() async throws {
        let api = API()
        let form = try await api.public(
            .post, Self.path, fields: ["content-type": "application/x-www-form-urlencoded"], body: "{}")
        #expect(form.status == .unsupportedMediaType)
        let json = try await api.public(
            .post, Self.path, fields: ["content-type": "Application/JSON; charset=utf-8"], body: "{}")
        #expect(json.status == .ok)
    }

    @Test("a closed list of models refuses other names and gives the first as default")
    func closedModels() async throws {
        let api = API { $0.models = ModelCatalog(["house-voice"]) }
        let refused = try await api.public(
            .post, Self.path, body: "{\"session\":{\"type\":\"realtime\",\"model\":\"gpt-realtime\"}}")
        #expect(refused.status == .badRequest)
        #expect(refused.errorCode == "invalid_model")
        #expect(refused.errorParameter == "session.model")
        #expect(try await api.public(.post, Self.path).json["session"]?["model"]?.string == "house-voice")
    }

    @Test("the beta endpoint answers the flat session with its secret inside, for five minutes")
    func beta() async throws {
        let api = API()
        let response = try await api.public(
            .post, "/v1/realtime/sessions", body: "{\"model\":\"gpt-4o-realtime-preview\",\"modalities\":[\"text\"]}")
        #expect(response.status == .ok)
        let json = response.json
        #expect(json["object"]?.string == "realtime.session")
        #expect(json["model"]?.string == "gpt-4o-realtime-preview")
        #expect(json["modalities"]?.array?.map(\.string) == ["text"])
        #expect(json["input_audio_format"]?.string == "pcm16")
        #expect(json["client_secret"]?["value"]?.string == "ek_test")
        #expect(json["client_secret"]?["expires_at"]?.integer == 1_000_300)
        #expect(api.tenancy.asked.minted.first?.shape == .beta)
    }

    @Test("the beta endpoint honours the lifetime asked for")
    func betaLifetime() async throws {
        let response = try await API().public(
            .post, "/v1/realtime/sessions",
            body: "{\"client_secret\":{\"expires_after\":{\"anchor\":\"created_at\",\"seconds\":30}}}")
        #expect(response.json["client_secret"]?["expires_at"]?.integer == 1_000_030)
    }

    @Test("the beta transcription endpoint answers its own session object")
    func betaTranscription() async throws {
        let response = try await API().public(
            .post, "/v1/realtime/transcription_sessions",
            body: "{\"input_audio_format\":\"g711_ulaw\",\"client_secret\":{\"expires_at\":{\"seconds\":60}}}")
        #expect(response.status == .ok)
        #expect(response.json["object"]?.string == "realtime.transcription_session")
        #expect(response.json["input_audio_format"]?.string == "g711_ulaw")
        #expect(response.json["client_secret"]?["expires_at"]?.integer == 1_000_060)
    }

    @Test(
        "what the issuer refuses is answered as such",
        arguments: [
            (TenancyError.Code.insufficientScope, 403), (.configurationTooLarge, 413), (.storeUnavailable, 503),
        ])
    func refused(code: TenancyError.Code, status: Int) async throws {
        let api = API(FakeTenancy { $0.mint = TenancyError(code) })
        let response = try await api.public(.post, Self.path)
        #expect(response.status.code == status)
        #expect(response.errorCode == code.rawValue)
    }
}
