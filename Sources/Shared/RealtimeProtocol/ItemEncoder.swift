import Core

/// Writes conversation items.
struct ItemEncoder {
    let shape: RealtimeShape

    /// What becomes of the audio of an item.
    enum AudioContent {
        case hidden
        /// Shown by `conversation.item.retrieved`; the bytes are those of audio that came through the input buffer, if
        /// kept.
        case shown([UInt8]?)

        /// Characters that the audio of `item` takes.
        func encodedLength(in item: ConversationItem) -> Int {
            guard case .shown(let buffered) = self, case .message(_, let parts) = item.content else { return 0 }
            let own = parts.reduce(0) { sum, part in
                if case .inputAudio(let audio?, _) = part { sum + Base64.encodedLength(audio.count) } else { sum }
            }
            return own + Base64.encodedLength(buffered?.count ?? 0)
        }
    }

    func write(_ item: ConversationItem, audio: AudioContent = .hidden, into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", item.id.rawValue)
            writer.member("object", literal: "realtime.item")
            switch item.content {
            case .message(let role, let parts):
                writer.member("type", literal: "message")
                writer.member("status", item.status.rawValue)
                writer.member("role", role.rawValue)
                writer.key("content")
                content(parts, audio, into: &writer)
            case .functionCall(let call):
                writer.member("type", literal: "function_call")
                writer.member("status", item.status.rawValue)
                writer.member("name", call.name)
                writer.member("call_id", call.callID.rawValue)
                writer.member("arguments", call.arguments)
            case .functionCallOutput(let callID, let output):
                writer.member("type", literal: "function_call_output")
                writer.member("status", item.status.rawValue)
                writer.member("call_id", callID.rawValue)
                writer.member("output", output)
            case .mcpListTools(let label):
                writer.member("type", literal: "mcp_list_tools")
                writer.member("server_label", label)
                writer.key("tools")
                writer.array { _ in }
            }
        }
    }

    private func content(_ parts: [ContentPart], _ audio: AudioContent, into writer: inout JSONWriter) {
        // Buffered audio belongs to the first audio part that has none of its own.
        var buffered: [UInt8]?
        var isShown = false
        if case .shown(let bytes) = audio {
            buffered = bytes
            isShown = true
        }
        writer.array(parts) { writer, part in
            writer.object { writer in
                switch part {
                case .inputText(let text):
                    writer.member("type", literal: "input_text")
                    writer.member("text", text)
                case .inputAudio(let own, let transcript):
                    writer.member("type", literal: "input_audio")
                    writer.member("transcript", orNull: transcript)
                    if isShown { self.audio(own ?? take(&buffered), into: &writer) }
                case .inputImage(let url, let detail):
                    writer.member("type", literal: "input_image")
                    writer.member("image_url", url)
                    writer.member("detail", detail)
                case .outputText(let text):
                    writer.member("type", literal: shape == .ga ? "output_text" : "text")
                    writer.member("text", text)
                case .outputAudio(let transcript):
                    writer.member("type", literal: shape == .ga ? "output_audio" : "audio")
                    writer.member("transcript", transcript)
                    if isShown { self.audio(take(&buffered), into: &writer) }
                }
            }
        }
    }

    private func take(_ audio: inout [UInt8]?) -> [UInt8]? {
        defer { audio = nil }
        return audio
    }

    private func audio(_ bytes: [UInt8]?, into writer: inout JSONWriter) {
        guard let bytes else { return }
        writer.key("audio")
        writer.base64(bytes.span)
    }
}
