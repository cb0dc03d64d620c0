import Core

// Tools, token limits, and the settings that are kept as JSON.
extension SessionDecoder {
    /// `tools`: functions, and in GA also MCP servers.
    static func tools(_ parent: borrowing ObjectReader, allowsMCP: Bool) throws(ProtocolError) -> [ToolDefinition]? {
        guard let elements = try parent.elements("tools", maximum: ProtocolLimits.tools) else { return nil }
        if let value = parent.given("tools") {
            let size = parent.document.rawRange(value).count
            guard size <= ProtocolLimits.toolsBytes else {
                throw .tooLong(parent.path("tools"), maximum: ProtocolLimits.toolsBytes, length: size)
            }
        }
        var result: [ToolDefinition] = []
        var labels: Set<String> = []
        for (value, path) in elements {
            let tool = try ObjectReader(parent.document, value, path: path)
            _ = try tool.required("type")
            switch try tool.constant("type", allowsMCP ? ["function", "mcp"] : ["function"]) {
            case "mcp":
                let label = try mcpLabel(tool)
                guard labels.insert(label).inserted else {
                    throw ProtocolError(
                        .invalidValue,
                        "Duplicate server_label '\(label)' found in tools. Please provide a unique identifier for each MCP server.",
                        parameter: tool.path("server_label"))
                }
                result.append(.mcp(parent.document.value(value)))
            default: result.append(.function(try function(tool)))
            }
        }
        return result
    }

    private static func function(_ tool: borrowing ObjectReader) throws(ProtocolError) -> FunctionTool {
        try tool.refuseUnknown(["type", "name", "description", "parameters"])
        var result = FunctionTool(name: try toolName(tool))
        result.description = try tool.string("description", maximum: ProtocolLimits.longTextLength)
        result.parameters = try toolParameters(tool)
        return result
    }

    /// `name` of a tool, which must be there.
    static func toolName(_ tool: borrowing ObjectReader) throws(ProtocolError) -> String {
        let name = try tool.requiredString("name", maximum: ProtocolLimits.toolNameLength)
        guard !name.isEmpty, name.utf8.allSatisfy(isNameCharacter) else {
            throw ProtocolError(
                .invalidValue,
                "Invalid '\(tool.path("name"))': string does not match pattern. "
                    + "Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", parameter: tool.path("name"))
        }
        return name
    }

    /// `parameters` of a tool: an object, or nil if absent or null.
    static func toolParameters(_ tool: borrowing ObjectReader) throws(ProtocolError) -> JSONValue? {
        guard let parameters = tool.given("parameters") else { return nil }
        guard tool.document.kind(parameters) == .object else {
            throw .wrongType(tool.path("parameters"), expected: "an object", got: tool.document.kind(parameters))
        }
        return tool.document.value(parameters)
    }

    static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func mcpLabel(_ tool: borrowing ObjectReader) throws(ProtocolError) -> String {
        try tool.refuseUnknown([
            "type", "server_label", "server_url", "connector_id", "tunnel_id", "authorization", "headers",
            "allowed_tools",
            "require_approval", "server_description", "defer_loading", "allowed_callers",
        ])
        let label = try tool.requiredString("server_label")
        let url = try tool.string("server_url")
        let connector = try tool.string("connector_id")
        if url != nil, connector != nil {
            throw ProtocolError(
                .invalidValue, "Only one of 'server_url' and 'connector_id' may be given for an MCP tool.",
                parameter: tool.path("connector_id"))
        }
        return label
    }

    /// `tool_choice`: a word or an object.
    static func toolChoice(_ parent: borrowing ObjectReader) throws(ProtocolError) -> ToolChoice? {
        guard let value = parent.given("tool_choice") else { return nil }
        guard parent.document.kind(value) == .object else {
            return switch try parent.constant("tool_choice", ["none", "auto", "required"]) {
            case "none": ToolChoice.none
            case "required": .required
            default: .auto
            }
        }
        let choice = try ObjectReader(parent.document, value, path: parent.path("tool_choice"))
        _ = try choice.required("type")
        if try choice.constant("type", ["function", "mcp"]) == "mcp" {
            try choice.refuseUnknown(["type", "server_label", "name"])
            return .mcp(serverLabel: try choice.requiredString("server_label"), name: try choice.string("name"))
        }
        try choice.refuseUnknown(["type", "name"])
        return .function(name: try choice.requiredString("name"))
    }

    /// A cap on tokens: a whole number or `"inf"`.
    static func tokenLimit(_ parent: borrowing ObjectReader, _ key: StaticString) throws(ProtocolError) -> TokenLimit? {
        guard let value = parent.given(key) else { return nil }
        if parent.document.kind(value) == .string {
            try parent.constant(key, ["inf"])
            return .infinite
        }
        return .limited(try parent.integer(value, parent.path(key), ProtocolLimits.outputTokens))
    }

    /// `truncation`: a word or a retention ratio.
    static func truncation(_ parent: borrowing ObjectReader) throws(ProtocolError) -> Truncation? {
        guard let value = parent.given("truncation") else { return nil }
        guard parent.document.kind(value) == .object else {
            return try parent.constant("truncation", ["auto", "disabled"]) == "disabled" ? .disabled : .auto
        }
        let truncation = try ObjectReader(parent.document, value, path: parent.path("truncation"))
        _ = try truncation.required("type")
        try truncation.constant("type", ["retention_ratio"])
        try truncation.refuseUnknown(["type", "retention_ratio", "token_limits"])
        _ = try truncation.required("retention_ratio")
        let ratio = try truncation.decimal("retention_ratio", 0...1) ?? 1
        var limit: Int?
        if let limits = try truncation.child("token_limits") {
            try limits.refuseUnknown(["post_instructions"])
            limit = try limits.integer("post_instructions", 0...Int(Int32.max))
        }
        return .retentionRatio(ratio, tokenLimit: limit)
    }

    /// `include`: only one value exists.
    static func include(_ parent: borrowing ObjectReader) throws(ProtocolError) -> Change<[String]> {
        guard let value = parent.value("include") else { return .keep }
        if parent.document.isNull(value) { return .clear }
        let names = try parent.strings("include", maximum: 16) ?? []
        let supported = ["item.input_audio_transcription.logprobs"]
        for (index, name) in names.enumerated() where !supported.contains(name) {
            throw .unsupported(name, "\(parent.path("include"))[\(index)]", supported: supported)
        }
        return .set(names)
    }

    /// `tracing`, `prompt`, `reasoning`, `include`: checked, kept as JSON, echoed.
    static func opaqueSettings(_ session: borrowing ObjectReader, into update: inout SessionUpdate)
        throws(ProtocolError)
    {
        update.tracing = try tracing(session)
        update.include = try include(session)
        update.prompt = try prompt(session)
        update.reasoning = try reasoning(session)
    }

    private static func tracing(_ session: borrowing ObjectReader) throws(ProtocolError) -> Change<JSONValue> {
        guard let value = session.value("tracing") else { return .keep }
        if session.document.isNull(value) { return .clear }
        if session.document.kind(value) == .string {
            try session.constant("tracing", ["auto"])
        } else {
            let tracing = try ObjectReader(session.document, value, path: session.path("tracing"))
            try tracing.refuseUnknown(["workflow_name", "group_id", "metadata"])
            _ = try tracing.string("workflow_name")
            _ = try tracing.string("group_id")
        }
        return .set(session.document.value(value))
    }

    static func prompt(_ parent: borrowing ObjectReader) throws(ProtocolError) -> Change<JSONValue> {
        guard let value = parent.value("prompt") else { return .keep }
        if parent.document.isNull(value) { return .clear }
        let prompt = try ObjectReader(parent.document, value, path: parent.path("prompt"))
        try prompt.refuseUnknown(["id", "version", "variables"])
        _ = try prompt.requiredString("id")
        _ = try prompt.string("version")
        return .set(parent.document.value(value))
    }

    static func reasoning(_ parent: borrowing ObjectReader) throws(ProtocolError) -> Change<JSONValue> {
        guard let value = parent.value("reasoning") else { return .keep }
        if parent.document.isNull(value) { return .clear }
        let reasoning = try ObjectReader(parent.document, value, path: parent.path("reasoning"))
        try reasoning.refuseUnknown(["effort"])
        try reasoning.constant("effort", ["minimal", "low", "medium", "high", "xhigh"])
        return .set(parent.document.value(value))
    }
}
