import Core

extension ClientEventDecoder {
    private static let gaFields: [StaticString] = [
        "conversation", "input", "instructions", "output_modalities", "audio", "max_output_tokens", "metadata", "tools",
        "tool_choice",
        "parallel_tool_calls", "reasoning", "prompt",
    ]
    private static let betaFields: [StaticString] = [
        "conversation", "input", "instructions", "modalities", "voice", "output_audio_format",
        "max_response_output_tokens",
        "max_output_tokens", "metadata", "tools", "tool_choice", "temperature",
    ]

    /// `response.create`; null in any field means that it was not given.
    static func responseCreate(_ event: borrowing ObjectReader, _ items: ItemDecoder) throws(ProtocolError)
        -> ResponseRequest
    {
        try event.refuseUnknown(["type", "event_id", "response"])
        var request = ResponseRequest()
        guard let response = try event.child("response") else { return request }
        try response.refuseUnknown(items.shape == .ga ? gaFields : betaFields)
        request.inConversation = try response.constant("conversation", ["auto", "none"]) != "none"
        request.input = try input(response, items)
        request.instructions = try response.string("instructions", maximum: ProtocolLimits.longTextLength)
        switch items.shape {
        case .ga: try gaSettings(response, into: &request)
        case .beta: try betaSettings(response, into: &request)
        }
        request.metadata = try metadata(response)
        request.tools = try SessionDecoder.tools(response, allowsMCP: items.shape == .ga)
        request.toolChoice = try SessionDecoder.toolChoice(response)
        return request
    }

    private static func gaSettings(_ response: borrowing ObjectReader, into request: inout ResponseRequest)
        throws(ProtocolError)
    {
        request.outputModality = try SessionDecoder.gaModality(response)
        if let audio = try response.child("audio") {
            try audio.refuseUnknown(["output"])
            if let output = try audio.child("output") {
                try output.refuseUnknown(["format", "voice"])
                request.outputFormat = try SessionDecoder.gaFormat(output)
                request.voice = try SessionDecoder.voice(output)
            }
        }
        request.maxOutputTokens = try SessionDecoder.tokenLimit(response, "max_output_tokens")
        request.parallelToolCalls = try response.bool("parallel_tool_calls")
        _ = try SessionDecoder.reasoning(response)
        _ = try SessionDecoder.prompt(response)
    }

    private static func betaSettings(_ response: borrowing ObjectReader, into request: inout ResponseRequest)
        throws(ProtocolError)
    {
        request.outputModality = try SessionDecoder.betaModality(response)
        request.voice = try SessionDecoder.voice(response)
        request.outputFormat = try SessionDecoder.betaFormat(response, "output_audio_format")
        request.maxOutputTokens = try SessionDecoder.tokenLimit(response, "max_response_output_tokens")
        if let limit = try SessionDecoder.tokenLimit(response, "max_output_tokens") { request.maxOutputTokens = limit }
        request.temperature = try response.decimal("temperature", ProtocolLimits.temperature)
    }

    private static func input(_ response: borrowing ObjectReader, _ items: ItemDecoder) throws(ProtocolError)
        -> [ResponseRequest.InputItem]?
    {
        guard let elements = try response.elements("input", maximum: ProtocolLimits.responseInputItems) else {
            return nil
        }
        var result: [ResponseRequest.InputItem] = []
        for (value, path) in elements {
            result.append(try items.inputItem(ObjectReader(response.document, value, path: path)))
        }
        return result
    }

    private static func metadata(_ response: borrowing ObjectReader) throws(ProtocolError) -> [String: String]? {
        guard let metadata = try response.child("metadata") else { return nil }
        var result: [String: String] = [:]
        var count = 0
        var next = metadata.document.firstMember(metadata.object)
        while let member = next {
            next = metadata.document.nextMember(member)
            count += 1
            let key = try metadata.text(member.key, metadata.path, maximum: ProtocolLimits.metadataKeyLength)
            result[key] = try metadata.text(
                member.value, "\(metadata.path).\(key)", maximum: ProtocolLimits.metadataValueLength)
        }
        guard count <= ProtocolLimits.metadataPairs else {
            throw ProtocolError(
                .objectAboveMaxProperties,
                "Invalid '\(metadata.path)': too many properties. Expected an object with at most \(ProtocolLimits.metadataPairs) "
                    + "properties, but got an object with \(count) properties instead.", parameter: metadata.path)
        }
        return result
    }
}
