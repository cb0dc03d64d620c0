import Core
import RealtimeProtocol
import Testing

@Suite("Session updates")
struct SessionUpdateTests {
    private func update(_ session: String, _ shape: RealtimeShape = .ga, type: String = "session.update") throws
        -> SessionUpdate
    {
        guard case .sessionUpdate(let update) = try decode(#"{"type":"\#(type)","session":\#(session)}"#, shape).event
        else {
            throw ProtocolError(nil, "not an update")
        }
        return update
    }

    @Test("an update that names nothing changes nothing")
    func empty() throws {
        var expected = SessionUpdate()
        expected.kind = .realtime
        let update = try update(#"{"type":"realtime"}"#)
        #expect(update == expected)
        #expect(update.applied(to: SampleEvents.fullConfiguration) == SampleEvents.fullConfiguration)
        #expect(try self.update("{}", .beta) == SessionUpdate())
    }

    @Test("null switches off what can be off and leaves the rest alone")
    func nulls() throws {
        let update = try update(
            #"""
            {"type":"realtime","model":null,"output_modalities":null,"instructions":null,"tools":null,"tool_choice":null,
            "max_output_tokens":null,"tracing":null,"prompt":null,"reasoning":null,"include":null,"truncation":null,
            "parallel_tool_calls":null,"audio":{"input":{"format":null,"transcription":null,"noise_reduction":null,
            "turn_detection":null},"output":{"format":null,"voice":null,"speed":null}}}
            """#)
        var expected = SampleEvents.fullConfiguration
        expected.input.transcription = nil
        expected.input.noiseReduction = nil
        expected.input.turnDetection = nil
        expected.tracing = nil
        expected.prompt = nil
        expected.reasoning = nil
        expected.include = nil
        #expect(update.applied(to: SampleEvents.fullConfiguration) == expected)
    }

    @Test("what a server_vad leaves out is what the operator set, in both shapes and in minted keys")
    func turnDetectionDefaults() throws {
        var defaults = ServerVAD()
        defaults.threshold = 0.7
        defaults.silenceDuration = .milliseconds(900)
        defaults.prefixPadding = .milliseconds(120)
        var expected = defaults
        expected.threshold = 0.25
        let detection = #""turn_detection":{"type":"server_vad","threshold":0.25}"#
        let ga = #"{"type":"realtime","audio":{"input":{\#(detection)}}}"#
        for (shape, session) in [(RealtimeShape.ga, ga), (.beta, "{\(detection)}")] {
            var codec = shape.makeCodec(turnDetection: defaults)
            let message = try codec.decode(Array(#"{"type":"session.update","session":\#(session)}"#.utf8).span)
            guard case .sessionUpdate(let update) = message.event else { throw ProtocolError(nil, "not an update") }
            #expect(update.turnDetection == .set(.serverVAD(expected)))
        }
        let request = try ClientSecretRequest.decode(
            Array(#"{"session":\#(ga)}"#.utf8).span, endpoint: .clientSecrets, turnDetection: defaults)
        let configuration = request.configuration(defaultModel: "m", turnDetection: defaults)
        #expect(configuration.input.turnDetection == .serverVAD(expected))
        let silent = try ClientSecretRequest.decode(
            Array("{}".utf8).span, endpoint: .clientSecrets, turnDetection: defaults)
        #expect(
            silent.configuration(defaultModel: "m", turnDetection: defaults).input.turnDetection == .serverVAD(defaults)
        )
    }

    @Test("empty texts and lists clear")
    func clears() throws {
        let result = try update(#"{"type":"realtime","instructions":"","tools":[]}"#).applied(
            to: SampleEvents.fullConfiguration)
        #expect(result.instructions == "")
        #expect(result.tools == [])
    }

    @Test("transcription merges field by field, turn detection is replaced")
    func merging() throws {
        let result = try update(
            #"{"type":"realtime","audio":{"input":{"transcription":{"language":"en","prompt":null},"turn_detection":{"type":"server_vad"}}}}"#
        ).applied(to: SampleEvents.fullConfiguration)
        #expect(result.input.transcription == TranscriptionSettings(model: "whisper-1", language: "en"))
        #expect(result.input.turnDetection == .serverVAD(ServerVAD()))
    }

    @Test("the first updates of the known clients are accepted")
    func clients() throws {
        let agents = try update(
            #"""
            {"type":"realtime","model":"gpt-realtime-2.1","output_modalities":["audio"],"audio":{"input":{"format":
            {"type":"audio/pcm","rate":24000},"transcription":{"model":"gpt-4o-mini-transcribe"},"turn_detection":
            {"type":"semantic_vad","interrupt_response":true}},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"ash"}},
            "instructions":"x","tools":[{"type":"function","name":"t","description":"d","parameters":{"type":"object"}}]}
            """#)
        #expect(agents.turnDetection == .set(.semanticVAD(SemanticVAD())))
        #expect(agents.voice == "ash")
        #expect(try update(#"{"type":"realtime","model":"m","tracing":"auto"}"#).tracing == .set(.string("auto")))
        let livekit = try update(
            #"""
            {"type":"realtime","model":"m","output_modalities":["audio"],"audio":{"input":{"format":{"type":"audio/pcm","rate":24000},
            "noise_reduction":null,"transcription":{"model":"gpt-4o-mini-transcribe"},"turn_detection":{"type":"semantic_vad",
            "create_response":true,"eagerness":"medium","interrupt_response":true}},"output":{"format":{"type":"audio/pcm",
            "rate":24000},"speed":1.0,"voice":"marin"}},"max_output_tokens":"inf","tool_choice":"auto","tracing":null}
            """#)
        #expect(livekit.noiseReduction == .clear)
        #expect(livekit.maxOutputTokens == .infinite)
        let pipecat = try update(
            #"{"type":"realtime","audio":{"input":{"transcription":{"model":"gpt-realtime-whisper"},"turn_detection":null}}}"#
        )
        #expect(pipecat.turnDetection == .clear)
    }

    @Test("a session that comes back as the server showed it is accepted", arguments: RealtimeShape.allCases)
    func echo(shape: RealtimeShape) throws {
        for configuration in SampleEvents.configurations {
            var output: [UInt8] = []
            let session = SessionObject(id: SessionID("sess_1"), configuration: configuration, expiresAt: 1)
            shape.makeCodec().encode(.sessionUpdated(session), eventID: EventID("event_1"), into: &output)
            let shown = try #require(try JSONValue.parse(output)["session"])
            let isBetaTranscription = shape == .beta && configuration.kind == .transcription
            let update = try update(
                shown.serialized, shape, type: isBetaTranscription ? "transcription_session.update" : "session.update")
            let result = update.applied(to: SessionConfiguration(kind: configuration.kind, model: configuration.model))
            #expect(result == (shape == .ga ? configuration : betaPart(of: configuration)))
        }
    }

    /// What the beta shape can show of a configuration.
    private func betaPart(of configuration: SessionConfiguration) -> SessionConfiguration {
        var result = configuration
        if case .serverVAD(var vad) = result.input.turnDetection {
            vad.idleTimeout = nil
            result.input.turnDetection = .serverVAD(vad)
        }
        result.parallelToolCalls = nil
        result.truncation = .auto
        result.reasoning = nil
        // A temperature that nobody set is shown as the vendor's, and set when it comes back.
        if result.kind == .realtime { result.temperature = result.temperature ?? ProtocolLimits.shownTemperature }
        return result
    }

    @Test("beta reads its flat fields")
    func beta() throws {
        let result = try update(
            #"""
            {"modalities":["text"],"instructions":"i","voice":"sage","input_audio_format":"g711_ulaw","output_audio_format":"g711_alaw",
            "input_audio_transcription":{"model":"whisper-1"},"input_audio_noise_reduction":{"type":"near_field"},
            "turn_detection":{"type":"server_vad","threshold":0.3,"prefix_padding_ms":100,"silence_duration_ms":200,
            "create_response":false},"tools":[],"tool_choice":"none","temperature":1.2,"max_response_output_tokens":7,"speed":0.5,
            "client_secret":null}
            """#, .beta
        ).applied(to: SessionConfiguration(model: "m"))
        var expected = SessionConfiguration(model: "m")
        expected.outputModality = .text
        expected.instructions = "i"
        expected.output.voice = "sage"
        expected.input.format = .g711MuLaw
        expected.output.format = .g711ALaw
        expected.input.transcription = TranscriptionSettings(model: "whisper-1")
        expected.input.noiseReduction = .nearField
        var vad = ServerVAD()
        vad.threshold = 0.3
        vad.prefixPadding = .milliseconds(100)
        vad.silenceDuration = .milliseconds(200)
        vad.createResponse = false
        expected.input.turnDetection = .serverVAD(vad)
        expected.toolChoice = .none
        expected.temperature = 1.2
        expected.maxOutputTokens = .limited(7)
        expected.output.speed = 0.5
        #expect(result == expected)
    }

    @Test(
        "beta switches turn detection off by null and by `none`",
        arguments: ["null", #"{"type":"none"}"#, #"{"type":"none","threshold":0.5}"#])
    func betaNone(value: String) throws {
        #expect(try update(#"{"turn_detection":\#(value)}"#, .beta).turnDetection == .clear)
    }

    @Test("keys of newer models are kept only if the client set them")
    func newerTranscriptionKeys() throws {
        let update = try update(
            #"{"type":"realtime","audio":{"input":{"transcription":{"model":"m","delay":"low","keywords":["a"],"languages":null}}}}"#
        )
        let settings = try #require(update.applied(to: SessionConfiguration(model: "m")).input.transcription)
        #expect(settings.extra == ["delay": .string("low"), "keywords": .array([.string("a")])])
    }

    @Test("MCP servers are kept as they came, and shown without their keys")
    func mcp() throws {
        let result = try update(
            #"{"type":"realtime","tools":[{"type":"mcp","server_label":"a","server_url":"https://x","authorization":"k","headers":{"h":"k"}}]}"#
        ).applied(to: SessionConfiguration(model: "m"))
        guard case .mcp(let entry) = try #require(result.tools.first) else { throw ProtocolError(nil, "no MCP entry") }
        #expect(entry["authorization"] == .string("k"))
        var output: [UInt8] = []
        let session = SessionObject(id: SessionID("s"), configuration: result, expiresAt: 1)
        GARealtimeCodec().encode(.sessionUpdated(session), eventID: EventID("e"), into: &output)
        let shown = try JSONValue.parse(output)["session"]?["tools"]
        #expect(shown?.serialized == #"[{"server_label":"a","server_url":"https://x","type":"mcp"}]"#)
    }

    @Test("a transcription session reads what a realtime session has no use for")
    func transcription() throws {
        let update = try update(
            #"{"type":"transcription","audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":{"model":"x"},"turn_detection":{"type":"semantic_vad"}}}}"#
        )
        #expect(update.kind == .transcription)
        #expect(update.turnDetection == .set(.semanticVAD(SemanticVAD())))
        let beta = try self.update(
            #"{"input_audio_transcription":{"model":"x","language":"en"},"turn_detection":null,"include":["item.input_audio_transcription.logprobs"]}"#,
            .beta, type: "transcription_session.update")
        #expect(beta.kind == .transcription)
        #expect(beta.include == .set(["item.input_audio_transcription.logprobs"]))
    }
}
