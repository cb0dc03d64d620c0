import Core

// The values below a session's top level.
extension SessionEncoder {
    static func gaModalities(_ modality: OutputModality, into writer: inout JSONWriter) {
        writer.array { $0.string(modality.rawValue) }
    }

    static func betaModalities(_ modality: OutputModality, into writer: inout JSONWriter) {
        writer.array { writer in
            if modality == .audio { writer.string(literal: "audio") }
            writer.string(literal: "text")
        }
    }

    static func gaFormat(_ format: AudioFormat, into writer: inout JSONWriter) {
        writer.object { writer in
            switch format {
            case .pcm16:
                writer.member("type", literal: "audio/pcm")
                writer.member("rate", format.sampleRate)
            case .g711MuLaw: writer.member("type", literal: "audio/pcmu")
            case .g711ALaw: writer.member("type", literal: "audio/pcma")
            }
        }
    }

    static func betaFormat(_ format: AudioFormat) -> StaticString {
        switch format {
        case .pcm16: "pcm16"
        case .g711MuLaw: "g711_ulaw"
        case .g711ALaw: "g711_alaw"
        }
    }

    static func tokenLimit(_ limit: TokenLimit, into writer: inout JSONWriter) {
        switch limit {
        case .limited(let tokens): writer.integer(tokens)
        case .infinite: writer.string(literal: "inf")
        }
    }

    /// Only `model`, `language`, `prompt`, and what the client set beyond them: one client's class takes no other key.
    func transcription(_ settings: TranscriptionSettings?, into writer: inout JSONWriter) {
        guard let settings else { return writer.null() }
        writer.object { writer in
            writer.member("model", orNull: settings.model)
            writer.member("language", orNull: settings.language)
            writer.member("prompt", orNull: settings.prompt)
            for (key, value) in settings.extra.sorted(by: { $0.key < $1.key }) {
                writer.key(key)
                writer.value(value)
            }
        }
    }

    func noiseReduction(_ setting: NoiseReduction?, into writer: inout JSONWriter) {
        guard let setting else { return writer.null() }
        writer.object { $0.member("type", setting.rawValue) }
    }

    /// A transcription session makes no responses, so it shows none of the settings about them.
    func turnDetection(_ detection: TurnDetection?, kind: SessionKind, into writer: inout JSONWriter) {
        guard let detection else { return writer.null() }
        writer.object { writer in
            switch detection {
            case .serverVAD(let vad):
                writer.member("type", literal: "server_vad")
                writer.member("threshold", vad.threshold)
                writer.member("prefix_padding_ms", vad.prefixPadding.wholeMilliseconds)
                writer.member("silence_duration_ms", vad.silenceDuration.wholeMilliseconds)
                if shape == .ga, kind == .realtime {
                    if let timeout = vad.idleTimeout {
                        writer.member("idle_timeout_ms", timeout.wholeMilliseconds)
                    } else {
                        writer.nullMember("idle_timeout_ms")
                    }
                }
            case .semanticVAD(let vad):
                writer.member("type", literal: "semantic_vad")
                writer.member("eagerness", vad.eagerness.rawValue)
            }
            guard kind == .realtime else { return }
            writer.member("create_response", detection.createResponse)
            writer.member("interrupt_response", detection.interruptResponse)
        }
    }

    func tools(_ tools: [ToolDefinition], into writer: inout JSONWriter) {
        writer.array(tools) { writer, tool in
            switch tool {
            case .function(let function):
                writer.object { writer in
                    writer.member("type", literal: "function")
                    writer.member("name", function.name)
                    if let description = function.description { writer.member("description", description) }
                    if let parameters = function.parameters { writer.member("parameters", orNull: parameters) }
                }
            case .mcp(let entry): writer.value(showsSecrets ? entry : withoutSecrets(entry))
            }
        }
    }

    private func withoutSecrets(_ entry: JSONValue) -> JSONValue {
        guard case .object(var members) = entry else { return entry }
        members["authorization"] = nil
        members["headers"] = nil
        return .object(members)
    }

    func toolChoice(_ choice: ToolChoice, into writer: inout JSONWriter) {
        switch choice {
        case .auto: writer.string(literal: "auto")
        case .none: writer.string(literal: "none")
        case .required: writer.string(literal: "required")
        case .function(let name):
            writer.object { writer in
                writer.member("type", literal: "function")
                writer.member("name", name)
            }
        case .mcp(let label, let name):
            writer.object { writer in
                writer.member("type", literal: "mcp")
                writer.member("server_label", label)
                if let name { writer.member("name", name) }
            }
        }
    }

    func truncation(_ truncation: Truncation, into writer: inout JSONWriter) {
        switch truncation {
        case .auto: writer.string(literal: "auto")
        case .disabled: writer.string(literal: "disabled")
        case .retentionRatio(let ratio, let limit):
            writer.object { writer in
                writer.member("type", literal: "retention_ratio")
                writer.member("retention_ratio", ratio)
                if let limit { writer.member("token_limits", object: { $0.member("post_instructions", limit) }) }
            }
        }
    }

    func include(_ names: [String]?, into writer: inout JSONWriter) {
        guard let names else { return writer.nullMember("include") }
        writer.member("include", array: names) { $0.string($1) }
    }
}
