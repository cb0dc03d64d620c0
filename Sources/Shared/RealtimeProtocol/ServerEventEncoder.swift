import Core

// DESIGN: one event becomes one JSON text, written front to back into the connection's buffer; audio is encoded to
// base64 on the way. The two shapes share everything but names: where they differ, the difference is a `shape == .beta`
// in the place where the name is written. A field that does not apply is left out; null stands only where the vendor
// sends null (protocol section 8.8).

/// Writes the server events of one connection.
struct ServerEventEncoder {
    let shape: RealtimeShape

    func encode(_ event: ServerEvent, eventID: EventID, into output: inout [UInt8]) {
        switch event {
        case .sessionCreated(let session):
            frame(session, "session.created", "transcription_session.created", eventID, &output)
        case .sessionUpdated(let session):
            frame(session, "session.updated", "transcription_session.updated", eventID, &output)
        case .itemAdded(let item, let previous):
            let type: StaticString = shape == .ga ? "conversation.item.added" : "conversation.item.created"
            conversationItem(type, item, previous, eventID, &output)
        case .itemDone(let item, let previous):
            if shape == .ga { conversationItem("conversation.item.done", item, previous, eventID, &output) }
        case .itemRetrieved(let item, let audio): retrieved(item, audio, eventID, &output)
        case .itemDeleted(let item):
            frame("conversation.item.deleted", eventID, &output) { $0.member("item_id", item.rawValue) }
        case .mcpListToolsInProgress(let item):
            guard shape == .ga else { return }
            frame("mcp_list_tools.in_progress", eventID, &output) { $0.member("item_id", item.rawValue) }
        case .mcpListToolsFailed(let item):
            guard shape == .ga else { return }
            frame("mcp_list_tools.failed", eventID, &output) { $0.member("item_id", item.rawValue) }
        case .itemTruncated(let item, let contentIndex, let audioEnd):
            frame("conversation.item.truncated", eventID, &output) { writer in
                writer.member("item_id", item.rawValue)
                writer.member("content_index", contentIndex)
                writer.member("audio_end_ms", audioEnd.wholeMilliseconds)
            }
        case .transcriptionDelta, .transcriptionCompleted, .transcriptionFailed: transcription(event, eventID, &output)
        case .inputAudioCommitted, .inputAudioCleared, .speechStarted, .speechStopped, .idleTimeoutTriggered:
            inputAudio(event, eventID, &output)
        case .rateLimitsUpdated(let limits):
            frame("rate_limits.updated", eventID, &output) { writer in
                writer.member("rate_limits", array: limits) { writer, limit in
                    writer.object { writer in
                        writer.member("name", limit.name.rawValue)
                        writer.member("limit", limit.limit)
                        writer.member("remaining", limit.remaining)
                        writer.member("reset_seconds", limit.resetSeconds)
                    }
                }
            }
        case .error(let error):
            let error = shape == .beta ? error.inBetaTerms : error
            frame("error", eventID, &output) { $0.member("error", object: error.write(into:)) }
        default: response(event, eventID, &output)
        }
    }

    /// One frame: `type`, `event_id`, and what `body` adds.
    func frame(_ type: StaticString, _ eventID: EventID, _ output: inout [UInt8], _ body: (inout JSONWriter) -> Void) {
        JSONWriter.append(to: &output) { writer in
            writer.object { writer in
                writer.member("type", literal: type)
                writer.member("event_id", eventID.rawValue)
                body(&writer)
            }
        }
    }

    private func frame(
        _ session: SessionObject, _ type: StaticString, _ transcriptionType: StaticString, _ eventID: EventID,
        _ output: inout [UInt8]
    ) {
        let isBetaTranscription = shape == .beta && session.configuration.kind == .transcription
        frame(isBetaTranscription ? transcriptionType : type, eventID, &output) { writer in
            writer.key("session")
            SessionEncoder(shape: shape).write(session, into: &writer)
        }
    }

    private func conversationItem(
        _ type: StaticString, _ item: ConversationItem, _ previous: ItemID?, _ eventID: EventID, _ output: inout [UInt8]
    ) {
        if shape == .beta, case .mcpListTools = item.content { return }
        frame(type, eventID, &output) { writer in
            writer.member("previous_item_id", orNull: previous?.rawValue)
            writer.key("item")
            ItemEncoder(shape: shape).write(item, into: &writer)
        }
    }

    /// The item with its audio, or without it if the frame would be longer than every client accepts.
    private func retrieved(
        _ item: ConversationItem, _ audio: [Int: [UInt8]], _ eventID: EventID, _ output: inout [UInt8]
    ) {
        let start = output.count
        func write(_ audio: [Int: [UInt8]]) {
            frame("conversation.item.retrieved", eventID, &output) { writer in
                writer.key("item")
                ItemEncoder(shape: shape).write(item, audio: audio, into: &writer)
            }
        }
        if audio.values.reduce(0, { $0 + $1.count }) < ProtocolLimits.serverFrameBytes {
            write(audio)
            if output.count - start <= ProtocolLimits.serverFrameBytes { return }
            output.removeSubrange(start...)
        }
        write([:])
    }

    private func transcription(_ event: ServerEvent, _ eventID: EventID, _ output: inout [UInt8]) {
        switch event {
        case .transcriptionDelta(let item, let contentIndex, let delta, let logprobs):
            frame("conversation.item.input_audio_transcription.delta", eventID, &output) { writer in
                writer.member("item_id", item.rawValue)
                writer.member("content_index", contentIndex)
                writer.member("delta", delta)
                write(logprobs, into: &writer)
            }
        case .transcriptionCompleted(let item, let contentIndex, let transcript, let usage, let logprobs):
            frame("conversation.item.input_audio_transcription.completed", eventID, &output) { writer in
                writer.member("item_id", item.rawValue)
                writer.member("content_index", contentIndex)
                writer.member("transcript", transcript)
                writer.member("usage", object: usage.write(into:))
                write(logprobs, into: &writer)
            }
        case .transcriptionFailed(let item, let contentIndex, let failure):
            frame("conversation.item.input_audio_transcription.failed", eventID, &output) { writer in
                writer.member("item_id", item.rawValue)
                writer.member("content_index", contentIndex)
                writer.member(
                    "error",
                    object: { writer in
                        writer.member("type", failure.type)
                        writer.member("code", failure.code)
                        writer.member("message", failure.message)
                    })
            }
        default: break
        }
    }

    private func write(_ logprobs: [TranscriptLogprob]?, into writer: inout JSONWriter) {
        guard let logprobs else { return }
        writer.member("logprobs", array: logprobs) { writer, token in
            writer.object { writer in
                writer.member("token", token.token)
                writer.member("logprob", token.logprob)
                writer.member("bytes", array: token.bytes) { $0.integer(Int($1)) }
            }
        }
    }

    private func inputAudio(_ event: ServerEvent, _ eventID: EventID, _ output: inout [UInt8]) {
        switch event {
        case .inputAudioCommitted(let item, let previous):
            frame("input_audio_buffer.committed", eventID, &output) { writer in
                writer.member("previous_item_id", orNull: previous?.rawValue)
                writer.member("item_id", item.rawValue)
            }
        case .inputAudioCleared: frame("input_audio_buffer.cleared", eventID, &output) { _ in }
        case .speechStarted(let item, let start):
            frame("input_audio_buffer.speech_started", eventID, &output) { writer in
                writer.member("audio_start_ms", start.wholeMilliseconds)
                writer.member("item_id", item.rawValue)
            }
        case .speechStopped(let item, let end):
            frame("input_audio_buffer.speech_stopped", eventID, &output) { writer in
                writer.member("audio_end_ms", end.wholeMilliseconds)
                writer.member("item_id", item.rawValue)
            }
        case .idleTimeoutTriggered(let item, let start, let end):
            guard shape == .ga else { return }
            frame("input_audio_buffer.timeout_triggered", eventID, &output) { writer in
                writer.member("audio_start_ms", start.wholeMilliseconds)
                writer.member("audio_end_ms", end.wholeMilliseconds)
                writer.member("item_id", item.rawValue)
            }
        default: break
        }
    }
}
