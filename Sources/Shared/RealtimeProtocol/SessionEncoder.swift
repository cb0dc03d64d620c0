import Core

/// Writes session objects.
struct SessionEncoder {
    let shape: RealtimeShape
    /// The `client_secret` of the beta REST answers; on the socket it is null.
    var clientSecret: (value: String, expiresAt: Int)?
    /// Keys of MCP servers are never shown to a client; the stored form keeps them.
    var showsSecrets = false

    func write(_ session: SessionObject, into writer: inout JSONWriter) {
        writer.object { writer in
            switch (shape, session.configuration.kind) {
            case (.ga, .realtime):
                head(session, "realtime.session", into: &writer)
                gaRealtime(session.configuration, into: &writer)
            case (.ga, .transcription):
                head(session, "realtime.transcription_session", into: &writer)
                gaTranscription(session.configuration, into: &writer)
            case (.beta, .realtime):
                head(session, "realtime.session", into: &writer)
                betaRealtime(session.configuration, into: &writer)
            case (.beta, .transcription):
                head(session, "realtime.transcription_session", into: &writer)
                betaInput(session.configuration, into: &writer)
                betaSecret(into: &writer)
            }
            if session.configuration.showsBehavior {
                writer.key("antiphon")
                BehaviorField.write(session.configuration.behavior.shown, into: &writer)
            }
        }
    }

    private func head(_ session: SessionObject, _ object: StaticString, into writer: inout JSONWriter) {
        if shape == .ga { writer.member("type", session.configuration.kind.rawValue) }
        writer.member("object", literal: object)
        writer.member("id", session.id.rawValue)
        writer.member("expires_at", session.expiresAt)
    }

    // MARK: GA

    /// The members of a GA conversation session beside its head.
    func gaRealtime(_ configuration: SessionConfiguration, into writer: inout JSONWriter) {
        writer.member("model", configuration.model)
        writer.key("output_modalities")
        Self.gaModalities(configuration.outputModality, into: &writer)
        writer.member("instructions", configuration.instructions)
        writer.member(
            "audio",
            object: { writer in
                writer.key("input")
                gaInput(configuration.input, kind: .realtime, into: &writer)
                writer.member(
                    "output",
                    object: { writer in
                        writer.key("format")
                        Self.gaFormat(configuration.output.format, into: &writer)
                        writer.member("voice", configuration.output.voice)
                        writer.member("speed", configuration.output.speed)
                    })
            })
        writer.key("tools")
        tools(configuration.tools, into: &writer)
        writer.key("tool_choice")
        toolChoice(configuration.toolChoice, into: &writer)
        if let flag = configuration.parallelToolCalls { writer.member("parallel_tool_calls", flag) }
        writer.key("max_output_tokens")
        Self.tokenLimit(configuration.maxOutputTokens, into: &writer)
        if let reasoning = configuration.reasoning { writer.member("reasoning", orNull: reasoning) }
        writer.key("truncation")
        truncation(configuration.truncation, into: &writer)
        writer.member("tracing", orNull: configuration.tracing)
        writer.member("prompt", orNull: configuration.prompt)
        include(configuration.include, into: &writer)
    }

    private func gaTranscription(_ configuration: SessionConfiguration, into writer: inout JSONWriter) {
        writer.member(
            "audio",
            object: { writer in
                writer.key("input")
                gaInput(configuration.input, kind: .transcription, into: &writer)
            })
        include(configuration.include, into: &writer)
    }

    private func gaInput(_ input: AudioInput, kind: SessionKind, into writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("format")
            Self.gaFormat(input.format, into: &writer)
            writer.key("transcription")
            transcription(input.transcription, into: &writer)
            writer.key("noise_reduction")
            noiseReduction(input.noiseReduction, into: &writer)
            writer.key("turn_detection")
            turnDetection(input.turnDetection, kind: kind, into: &writer)
        }
    }

    // MARK: beta

    private func betaRealtime(_ configuration: SessionConfiguration, into writer: inout JSONWriter) {
        writer.member("model", configuration.model)
        writer.key("modalities")
        Self.betaModalities(configuration.outputModality, into: &writer)
        writer.member("instructions", configuration.instructions)
        writer.member("voice", configuration.output.voice)
        betaInput(configuration, into: &writer)
        writer.member("output_audio_format", literal: Self.betaFormat(configuration.output.format))
        writer.key("tools")
        tools(configuration.tools, into: &writer)
        writer.key("tool_choice")
        toolChoice(configuration.toolChoice, into: &writer)
        writer.member("temperature", configuration.temperature ?? ProtocolLimits.shownTemperature)
        writer.key("max_response_output_tokens")
        Self.tokenLimit(configuration.maxOutputTokens, into: &writer)
        writer.member("speed", configuration.output.speed)
        writer.member("tracing", orNull: configuration.tracing)
        if let prompt = configuration.prompt { writer.member("prompt", orNull: prompt) }
        betaSecret(into: &writer)
    }

    private func betaInput(_ configuration: SessionConfiguration, into writer: inout JSONWriter) {
        writer.member("input_audio_format", literal: Self.betaFormat(configuration.input.format))
        writer.key("input_audio_transcription")
        transcription(configuration.input.transcription, into: &writer)
        writer.key("input_audio_noise_reduction")
        noiseReduction(configuration.input.noiseReduction, into: &writer)
        writer.key("turn_detection")
        turnDetection(configuration.input.turnDetection, kind: configuration.kind, into: &writer)
        include(configuration.include, into: &writer)
    }

    private func betaSecret(into writer: inout JSONWriter) {
        guard let clientSecret else { return writer.nullMember("client_secret") }
        writer.member(
            "client_secret",
            object: { writer in
                writer.member("value", clientSecret.value)
                writer.member("expires_at", clientSecret.expiresAt)
            })
    }
}
