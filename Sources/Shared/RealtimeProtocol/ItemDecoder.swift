import Core

/// Reads conversation items as clients write them.
struct ItemDecoder {
    let shape: RealtimeShape
    /// The session's input format, for audio that comes inside an item.
    let inputFormat: AudioFormat

    private static let common: [StaticString] = ["id", "object", "type", "status"]
    private static let types = ["message", "function_call", "function_call_output"]

    /// The item in `value`; its id is empty when the client chose none.
    func item(_ item: borrowing ObjectReader) throws(ProtocolError) -> ConversationItem {
        _ = try item.required("type")
        let type = try item.constant("type", Self.types) ?? ""
        let id = ItemID(try item.string("id", maximum: ProtocolLimits.itemIDLength) ?? "")
        let content =
            switch type {
            case "message": try message(item)
            case "function_call": try functionCall(item)
            default: try functionCallOutput(item)
            }
        guard Self.textBytes(content) <= ProtocolLimits.itemTextBytes else {
            throw .tooLong(item.path, maximum: ProtocolLimits.itemTextBytes, length: Self.textBytes(content))
        }
        return ConversationItem(id: id, content: content)
    }

    /// One entry of `response.input`: an item or a reference to one.
    func inputItem(_ entry: borrowing ObjectReader) throws(ProtocolError) -> ResponseRequest.InputItem {
        let type = try entry.required("type")
        guard entry.document.isKey(type, "item_reference") else {
            try entry.constant("type", Self.types + ["item_reference"])
            return .item(try item(entry))
        }
        try entry.refuseUnknown(["type", "id", "object", "status"])
        return .reference(ItemID(try entry.requiredString("id")))
    }

    private func message(_ item: borrowing ObjectReader) throws(ProtocolError) -> ConversationItem.Content {
        _ = try item.required("role")
        let role = try item.choice("role", [MessageRole.system, .user, .assistant]) ?? .user
        try item.refuseUnknown(
            Self.common + ["role", "content"], nullOnly: ["call_id", "name", "arguments", "output"])
        _ = try item.required("content")
        var parts: [ContentPart] = []
        for (value, path) in try item.elements("content", maximum: ProtocolLimits.contentParts) ?? [] {
            parts.append(try part(ObjectReader(item.document, value, path: path), role: role))
        }
        return .message(role: role, parts: parts)
    }

    private func functionCall(_ item: borrowing ObjectReader) throws(ProtocolError) -> ConversationItem.Content {
        try item.refuseUnknown(
            Self.common + ["call_id", "name", "arguments"], nullOnly: ["role", "content", "output"])
        let callID = try item.string("call_id", maximum: ProtocolLimits.itemIDLength) ?? ""
        let name = try item.requiredString("name")
        let arguments = try item.requiredString("arguments", maximum: ProtocolLimits.longTextLength)
        return .functionCall(FunctionCall(callID: CallID(callID), name: name, arguments: arguments))
    }

    private func functionCallOutput(_ item: borrowing ObjectReader) throws(ProtocolError) -> ConversationItem.Content {
        try item.refuseUnknown(
            Self.common + ["call_id", "output"], nullOnly: ["role", "content", "name", "arguments"])
        let callID = try item.requiredString("call_id", maximum: ProtocolLimits.itemIDLength)
        return .functionCallOutput(
            callID: CallID(callID), output: try item.requiredString("output", maximum: ProtocolLimits.longTextLength))
    }

    // MARK: parts

    /// One part of a message.
    ///
    /// The assistant's parts may be spelled as in either shape and as `input_text`, because clients replay earlier
    /// turns that way; the answer shows them in the connection's own spelling.
    private func part(_ part: borrowing ObjectReader, role: MessageRole) throws(ProtocolError) -> ContentPart {
        let type = try part.required("type")
        let document = part.document
        if role == .assistant {
            if document.isKey(type, "output_audio") || document.isKey(type, "audio") { return try outputAudio(part) }
            if document.isKey(type, "output_text") || document.isKey(type, "text") || document.isKey(type, "input_text")
            {
                return .outputText(try text(part))
            }
            throw unsupportedPart(part, type, shape == .ga ? ["output_text", "output_audio"] : ["text"])
        }
        if document.isKey(type, "input_text") { return .inputText(try text(part)) }
        if role == .user {
            if document.isKey(type, "input_audio") { return try inputAudio(part) }
            if shape == .ga, document.isKey(type, "input_image") { return try inputImage(part) }
            throw unsupportedPart(
                part, type,
                shape == .ga ? ["input_text", "input_audio", "input_image"] : ["input_text", "input_audio"])
        }
        throw unsupportedPart(part, type, ["input_text"])
    }

    private func unsupportedPart(_ part: borrowing ObjectReader, _ type: JSONReference, _ supported: [String])
        -> ProtocolError
    {
        guard let text = part.document.string(type) else {
            return .wrongType(part.path("type"), expected: "a string", got: part.document.kind(type))
        }
        return .unsupported(text, part.path("type"), supported: supported)
    }

    private func text(_ part: borrowing ObjectReader) throws(ProtocolError) -> String {
        try part.refuseUnknown(["type", "text"], nullOnly: ["audio", "transcript", "image_url", "detail"])
        return try part.requiredString("text", maximum: ProtocolLimits.inputTextLength)
    }

    private func outputAudio(_ part: borrowing ObjectReader) throws(ProtocolError) -> ContentPart {
        try part.refuseUnknown(["type", "transcript", "audio"], nullOnly: ["text", "image_url", "detail"])
        return .outputAudio(transcript: try part.string("transcript", maximum: ProtocolLimits.inputTextLength) ?? "")
    }

    private func inputAudio(_ part: borrowing ObjectReader) throws(ProtocolError) -> ContentPart {
        try part.refuseUnknown(["type", "transcript", "audio"], nullOnly: ["text", "image_url", "detail"])
        let transcript = try part.string("transcript", maximum: ProtocolLimits.inputTextLength)
        guard let value = part.given("audio") else {
            if transcript == nil { throw .missing(part.path("audio")) }
            return .inputAudio(audio: nil, transcript: transcript)
        }
        var audio: [UInt8] = []
        try AudioPayload.decode(part.document, value, path: part.path("audio"), format: inputFormat, into: &audio)
        return .inputAudio(audio: audio, transcript: transcript)
    }

    private func inputImage(_ part: borrowing ObjectReader) throws(ProtocolError) -> ContentPart {
        try part.refuseUnknown(["type", "image_url", "detail"], nullOnly: ["text", "audio", "transcript"])
        let url = try part.requiredString("image_url", maximum: ProtocolLimits.itemTextBytes)
        guard url.hasPrefix("data:image/png;base64,") || url.hasPrefix("data:image/jpeg;base64,") else {
            throw ProtocolError(
                .invalidValue, "Invalid '\(part.path("image_url"))'. Expected a data URI of a PNG or JPEG image.",
                parameter: part.path("image_url"))
        }
        return .inputImage(url: url, detail: try part.constant("detail", ["auto", "low", "high"]) ?? "auto")
    }

    /// Bytes of all texts of an item as JSON.
    private static func textBytes(_ content: ConversationItem.Content) -> Int {
        switch content {
        case .message(_, let parts):
            parts.reduce(0) { sum, part in
                switch part {
                case .inputText(let text), .outputText(let text), .outputAudio(let text), .inputImage(let text, _):
                    sum + JSONWriter.encodedLength(text)
                case .inputAudio(_, let transcript): sum + JSONWriter.encodedLength(transcript ?? "")
                }
            }
        case .functionCall(let call): JSONWriter.encodedLength(call.arguments)
        case .functionCallOutput(_, let output): JSONWriter.encodedLength(output)
        case .mcpListTools(let label): JSONWriter.encodedLength(label)
        }
    }
}
