import Core
import RealtimeProtocol
import TestSupport
import Testing

@Suite("Client secrets")
struct ClientSecretTests {
    private func decode(_ body: String, _ endpoint: ClientSecretEndpoint = .clientSecrets) throws(ProtocolError)
        -> ClientSecretRequest
    {
        try ClientSecretRequest.decode(Array(body.utf8).span, endpoint: endpoint)
    }

    @Test("may be asked for with an empty body", arguments: ["", "{}", #"{"session":null,"expires_after":null}"#])
    func empty(body: String) throws {
        let request = try decode(body)
        #expect(request.expiresAfter == nil)
        #expect(request.configuration(defaultModel: "m") == SessionConfiguration(model: "m"))
    }

    @Test("read lifetime, model and session in GA")
    func ga() throws {
        let request = try decode(
            #"{"expires_after":{"anchor":"created_at","seconds":10},"session":{"type":"realtime","model":"x","instructions":"i"}}"#
        )
        var expected = SessionConfiguration(model: "x")
        expected.instructions = "i"
        #expect(request.expiresAfter == .seconds(10))
        #expect(request.configuration(defaultModel: "m") == expected)
        #expect(try decode(#"{"expires_after":{"seconds":7200}}"#).expiresAfter == .seconds(7200))
        #expect(
            try decode(#"{"session":{"type":"transcription"}}"#).configuration(defaultModel: "m").kind == .transcription
        )
    }

    @Test("read flat fields in beta")
    func beta() throws {
        let request = try decode(
            #"{"model":"x","modalities":["text"],"client_secret":{"expires_after":{"anchor":"created_at","seconds":60}}}"#,
            .sessions)
        var expected = SessionConfiguration(model: "x")
        expected.outputModality = .text
        #expect(request.expiresAfter == .seconds(60))
        #expect(request.configuration(defaultModel: "m") == expected)
        let transcription = try decode(
            #"{"input_audio_transcription":{"model":"w"},"client_secret":{"expires_at":{"anchor":"created_at","seconds":60}}}"#,
            .transcriptionSessions)
        #expect(transcription.expiresAfter == .seconds(60))
        let configuration = transcription.configuration(defaultModel: "m")
        #expect(configuration.kind == .transcription)
        #expect(configuration.input.transcription == TranscriptionSettings(model: "w"))
        #expect(try decode("", .transcriptionSessions).session.kind == .transcription)
    }

    @Test(
        "refuse what the socket would refuse, with the path of the field",
        arguments: [
            (
                ClientSecretEndpoint.clientSecrets, #"{"expires_after":{"seconds":9}}"#,
                ProtocolError.Code.integerBelowMinValue, "expires_after.seconds"
            ),
            (.clientSecrets, #"{"expires_after":{"seconds":7201}}"#, .integerAboveMaxValue, "expires_after.seconds"),
            (.clientSecrets, #"{"expires_after":{"anchor":"now"}}"#, .invalidValue, "expires_after.anchor"),
            (.clientSecrets, #"{"model":"x"}"#, .unknownParameter, "model"),
            (.clientSecrets, #"{"session":{}}"#, .missingRequiredParameter, "session.type"),
            (
                .clientSecrets, #"{"session":{"type":"realtime","output_modalities":["audio","text"]}}"#, .invalidValue,
                "session.output_modalities"
            ),
            (.sessions, #"{"modalities":["audio"]}"#, .invalidValue, "modalities"),
            (.sessions, #"{"session":{}}"#, .unknownParameter, "session"),
            (
                .sessions, #"{"client_secret":{"expires_after":{"seconds":1}}}"#, .integerBelowMinValue,
                "client_secret.expires_after.seconds"
            ),
            (.transcriptionSessions, #"{"voice":"x"}"#, .unknownParameter, "voice"),
        ])
    func refusals(endpoint: ClientSecretEndpoint, body: String, code: ProtocolError.Code, parameter: String) {
        let error = #expect(throws: ProtocolError.self) { try decode(body, endpoint) }
        #expect(error?.code == code)
        #expect(error?.parameter == parameter)
    }

    @Test("refuse bodies that are no JSON object", arguments: ["{", "[]", "x"])
    func notJSON(body: String) {
        let error = #expect(throws: ProtocolError.self) { try decode(body) }
        #expect(error?.code == .invalidJSON)
    }

    @Test("are answered as the published types say")
    func answers() throws {
        for configuration in SampleEvents.configurations {
            let response = ClientSecretResponse(
                value: Secret("ek_1"), expiresAt: 1_700_000_600,
                session: SessionObject(id: SessionID("sess_1"), configuration: configuration, expiresAt: 0))
            var output: [UInt8] = []
            response.encode(for: .clientSecrets, into: &output)
            let ga = try JSONValue.parse(output)
            let faults = try EventInventory(.ga).faults(
                in: ga, className: "ClientSecretCreateResponse",
                extra: ["speed", "id", "object", "parallel_tool_calls"])
            #expect(faults == [], "\(ga.serialized)")
            #expect(ga["value"] == .string("ek_1"))
            #expect(ga["session"]?["expires_at"] == .integer(0))

            output = []
            let endpoint: ClientSecretEndpoint = configuration.kind == .realtime ? .sessions : .transcriptionSessions
            response.encode(for: endpoint, into: &output)
            let beta = try JSONValue.parse(output)
            #expect(
                beta["client_secret"] == .object(["value": .string("ek_1"), "expires_at": .integer(1_700_000_600)]))
            var betaFaults = try EventInventory(.beta).faults(
                in: beta, className: configuration.kind == .realtime ? "SessionCreateResponse" : "TranscriptionSession",
                extra: [
                    "id", "object", "model", "expires_at", "include", "input_audio_noise_reduction", "prompt",
                    "create_response",
                    "interrupt_response", "eagerness", "language",
                ])
            betaFaults.removeAll { $0.contains("tool_choice is {") || $0.contains("input_audio_transcription.prompt") }
            #expect(betaFaults == [], "\(beta.serialized)")
        }
    }

    @Test("write errors as REST bodies")
    func errorBody() {
        var output: [UInt8] = []
        ProtocolError(.invalidValue, "No \"x\".", parameter: "a", eventID: "e").encodeBody(into: &output)
        #expect(
            String(decoding: output, as: UTF8.self)
                == #"{"error":{"message":"No \"x\".","type":"invalid_request_error","param":"a","code":"invalid_value"}}"#
        )
    }
}

@Suite("Stored configurations")
struct StoredConfigurationTests {
    private func stored(_ configuration: SessionConfiguration) -> [UInt8] {
        var output: [UInt8] = []
        configuration.encodeStored(into: &output)
        return output
    }

    @Test("come back as they were stored")
    func roundTrip() throws {
        for var configuration in SampleEvents.configurations {
            #expect(try SessionConfiguration(stored: stored(configuration).span) == configuration)
            configuration.temperature = 1.1
            configuration.tools = [
                .mcp(.object(["type": .string("mcp"), "server_label": .string("l"), "authorization": .string("k")]))
            ]
            configuration.input.transcription = TranscriptionSettings()
            configuration.input.transcription?.extra = ["delay": .string("low")]
            #expect(try SessionConfiguration(stored: stored(configuration).span) == configuration)
        }
    }

    @Test("are the same bytes for the same configuration")
    func canonical() {
        #expect(stored(SampleEvents.fullConfiguration) == stored(SampleEvents.fullConfiguration))
    }

    @Test(
        "are refused if they are not of this version, without saying what they held",
        arguments: ["", "{}", "5", #"{"version":2,"session":{}}"#, #"{"version":1}"#])
    func foreign(text: String) {
        let error = #expect(throws: ProtocolError.self) { try SessionConfiguration(stored: Array(text.utf8).span) }
        #expect(error?.code == .serverError)
        #expect(error?.parameter == nil)
    }
}

@Suite("Shape of a connection")
struct RealtimeShapeTests {
    @Test("is beta on any sign of it, else GA")
    func selection() {
        #expect(RealtimeShape.selected() == .ga)
        #expect(RealtimeShape.selected(betaHeader: "realtime=v1") == .beta)
        #expect(RealtimeShape.selected(betaHeader: "assistants=v2, Realtime=v1") == .beta)
        #expect(RealtimeShape.selected(betaHeader: "assistants=v2") == .ga)
        #expect(RealtimeShape.selected(betaHeader: "realtime=v10") == .ga)
        #expect(RealtimeShape.selected(subprotocols: ["realtime", "openai-insecure-api-key.k"]) == .ga)
        #expect(RealtimeShape.selected(subprotocols: ["realtime", "openai-beta.realtime-v1"]) == .beta)
        #expect(RealtimeShape.selected(mintedShape: .beta) == .beta)
        #expect(RealtimeShape.selected(betaHeader: "assistants=v2", mintedShape: .ga) == .ga)
        #expect(RealtimeShape.selected(isBetaAddress: true) == .beta)
    }
}
