import Core

/// Writes conversation items.
struct ItemEncoder {
    let shape: RealtimeShape

    /// `audio`: that of its parts in base64, by their place.
    func write(_ item: ConversationItem, audio: [Int: [UInt8]] = [:], into writer: inout JSONWriter) {
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

    private func content(_ parts: [ContentPart], _ audio: [Int: [UInt8]], into writer: inout JSONWriter) {
        writer.array(parts.enumerated()) { writer, element in
            let (index, part) = element
            writer.object { writer in
                switch part {
                case .inputText(let text):
                    writer.member("type", literal: "input_text")
                    writer.member("text", text)
                case .inputAudio(_, let transcript):
                    writer.member("type", literal: "input_audio")
                    writer.member("transcript", orNull: transcript)
                    if let text = audio[index] { self.audio(text, into: &writer) }
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
                    if let text = audio[index] { self.audio(text, into: &writer) }
                }
            }
        }
    }

    private func audio(_ text: [UInt8], into writer: inout JSONWriter) {
        writer.key("audio")
        writer.string(plain: text.span)
    }
}
