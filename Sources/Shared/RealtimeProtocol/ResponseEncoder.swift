import Core

/// Writes response objects; every key is always there (protocol section 6.2).
struct ResponseEncoder {
    let shape: RealtimeShape

    func write(_ response: ResponseObject, into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("object", literal: "realtime.response")
            writer.member("id", response.id.rawValue)
            writer.member("status", literal: response.status.name)
            writer.key("status_details")
            details(response.status, into: &writer)
            writer.member("output", array: response.output) { ItemEncoder(shape: shape).write($1, into: &$0) }
            writer.member("conversation_id", orNull: response.conversationID?.rawValue)
            switch shape {
            case .ga:
                writer.key("output_modalities")
                SessionEncoder.gaModalities(response.outputModality, into: &writer)
                writer.key("max_output_tokens")
                SessionEncoder.tokenLimit(response.maxOutputTokens, into: &writer)
                writer.member(
                    "audio",
                    object: { writer in
                        writer.member(
                            "output",
                            object: { writer in
                                writer.key("format")
                                SessionEncoder.gaFormat(response.outputFormat, into: &writer)
                                writer.member("voice", response.voice)
                            })
                    })
            case .beta:
                writer.key("modalities")
                SessionEncoder.betaModalities(response.outputModality, into: &writer)
                writer.member("voice", response.voice)
                writer.member("output_audio_format", literal: SessionEncoder.betaFormat(response.outputFormat))
                writer.member("temperature", response.temperature)
                writer.key("max_output_tokens")
                SessionEncoder.tokenLimit(response.maxOutputTokens, into: &writer)
            }
            writer.key("usage")
            usage(response.usage, into: &writer)
            writer.key("metadata")
            metadata(response.metadata, into: &writer)
            if let latency = response.latency { write(latency, into: &writer) }
        }
    }

    /// The `antiphon` member, in both shapes.
    private func write(_ latency: ResponseLatency, into writer: inout JSONWriter) {
        writer.member(
            "antiphon",
            object: { writer in
                writer.member(
                    "latency",
                    object: { writer in
                        writer.member("from", latency.origin.rawValue)
                        for phase in ResponseLatency.Phase.allCases {
                            writer.key("\(phase.rawValue)_ms")
                            if let duration = latency[phase] {
                                writer.integer(duration.wholeMilliseconds)
                            } else {
                                writer.null()
                            }
                        }
                    })
            })
    }

    private func details(_ status: ResponseStatus, into writer: inout JSONWriter) {
        switch status {
        case .inProgress, .completed: writer.null()
        case .cancelled(let reason):
            writer.object { writer in
                writer.member("type", literal: "cancelled")
                writer.member("reason", reason.rawValue)
            }
        case .incomplete(let reason):
            writer.object { writer in
                writer.member("type", literal: "incomplete")
                writer.member("reason", reason.rawValue)
            }
        case .failed(let type, let code, let message):
            writer.object { writer in
                writer.member("type", literal: "failed")
                writer.member(
                    "error",
                    object: { writer in
                        writer.member("type", type)
                        writer.member("code", code)
                        writer.member("message", message)
                    })
            }
        }
    }

    private func usage(_ usage: Usage?, into writer: inout JSONWriter) {
        guard let usage else { return writer.null() }
        writer.object { writer in
            writer.member("total_tokens", usage.inputTokens + usage.outputTokens)
            writer.member("input_tokens", usage.inputTokens)
            writer.member("output_tokens", usage.outputTokens)
            writer.member(
                "input_token_details",
                object: { writer in
                    writer.member("text_tokens", usage.inputTextTokens)
                    writer.member("audio_tokens", usage.inputAudioTokens)
                    if shape == .ga { writer.member("image_tokens", usage.inputImageTokens) }
                    writer.member("cached_tokens", usage.cachedTextTokens)
                    writer.member(
                        "cached_tokens_details",
                        object: { writer in
                            writer.member("text_tokens", usage.cachedTextTokens)
                            writer.member("audio_tokens", 0)
                            if shape == .ga { writer.member("image_tokens", 0) }
                        })
                })
            writer.member(
                "output_token_details",
                object: { writer in
                    writer.member("text_tokens", usage.outputTextTokens)
                    writer.member("audio_tokens", usage.outputAudioTokens)
                })
        }
    }

    private func metadata(_ metadata: [String: String]?, into writer: inout JSONWriter) {
        guard let metadata else { return writer.null() }
        writer.object { writer in
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
                writer.key(key)
                writer.string(value)
            }
        }
    }
}

extension ResponseStatus {
    /// `response.status`.
    var name: StaticString {
        switch self {
        case .inProgress: "in_progress"
        case .completed: "completed"
        case .cancelled: "cancelled"
        case .incomplete: "incomplete"
        case .failed: "failed"
        }
    }
}

extension TranscriptionUsage {
    /// Writes the members of `usage`.
    func write(into writer: inout JSONWriter) {
        switch self {
        case .tokens(let text, let audio, let output):
            writer.member("type", literal: "tokens")
            writer.member("total_tokens", text + audio + output)
            writer.member("input_tokens", text + audio)
            writer.member(
                "input_token_details",
                object: { writer in
                    writer.member("text_tokens", text)
                    writer.member("audio_tokens", audio)
                })
            writer.member("output_tokens", output)
        case .duration(let seconds):
            writer.member("type", literal: "duration")
            writer.member("seconds", seconds)
        }
    }
}
