import Core
import Pipeline
import RealtimeProtocol

extension ConversationItem {
    /// Bytes of its texts, pictures and audio.
    var bytes: Int {
        switch content {
        case .message(_, let parts):
            parts.reduce(0) { sum, part in
                switch part {
                case .inputImage(let url, _): sum + url.utf8.count
                case .inputAudio(let audio, let transcript):
                    sum + (audio?.count ?? 0) + (transcript?.utf8.count ?? 0)
                default: sum + (part.text?.utf8.count ?? 0)
                }
            }
        case .functionCall(let call): call.name.utf8.count + call.arguments.utf8.count + (call.extra?.utf8.count ?? 0)
        case .functionCallOutput(_, let output): output.utf8.count
        case .mcpListTools(let label): label.utf8.count
        }
    }

    /// More of the transcript of an answer that is being said.
    mutating func append(transcript: String) {
        guard case .message(let role, var parts) = content else { return }
        // Nothing else may hold the text while it grows, or all of it would be copied.
        content = .message(role: role, parts: [])
        if case .outputAudio(var text)? = parts.first {
            parts[0] = .outputAudio(transcript: "")
            text += transcript
            parts[0] = .outputAudio(transcript: text)
        } else {
            parts = [.outputAudio(transcript: transcript)]
        }
        content = .message(role: role, parts: parts)
    }

    /// Whether this is a message in which nothing was understood.
    var isWordless: Bool {
        guard case .message(_, let parts) = content else { return false }
        return parts.allSatisfy {
            if case .inputAudio(_, let transcript) = $0 { !Transcript.hasWords(transcript ?? "") } else { false }
        }
    }
}

extension ResponseRequest {
    /// Bytes of its instructions and of the items that are not the conversation's.
    var bytes: Int {
        (input ?? []).reduce(instructions?.utf8.count ?? 0) { sum, entry in
            if case .item(let item) = entry { sum + item.bytes } else { sum }
        }
    }
}
