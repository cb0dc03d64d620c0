import Core

extension BehaviorKind where Value == [ServerToolDefinition] {
    /// Tools with names of their own: `[{name, description?, parameters?, url, timeout_ms?}]`.
    static var serverTools: Self {
        BehaviorKind(
            setting: ConfigurationKind(
                expectation: "a JSON array of objects with name and url", isSecret: true, parse: read,
                render: { $0.isEmpty ? "" : "***" }),
            schema: [
                ("type", .string("array")), ("maxItems", .integer(ProtocolLimits.serverTools)),
                (
                    "items",
                    .object(["type": .string("object"), "required": .array([.string("name"), .string("url")])])
                ),
            ],
            read: { reader, value, path throws(ProtocolError) in try read(reader, value, path) },
            write: { tools, writer in writer.array(tools) { Self.write($1, into: &$0) } })
    }

    private static let fields: [StaticString] = ["type", "name", "description", "parameters", "url", "timeout_ms"]

    private static func read(_ text: String) -> [ServerToolDefinition]? {
        let bytes = Array(text.utf8)
        var tape = JSONTape()
        guard (try? tape.parse(bytes.span)) != nil else { return nil }
        let document = JSONDocument(bytes.span, tape)
        guard document.kind(document.root) == .array else { return nil }
        // The reader is for the object around the list, which a text of the environment does not have.
        var tools: [ServerToolDefinition] = []
        for element in document.elements(document.root) {
            guard let reader = try? ObjectReader(document, element, path: ""), let tool = try? tool(reader) else {
                return nil
            }
            tools.append(tool)
        }
        return Set(tools.map(\.name)).count == tools.count && tools.count <= ProtocolLimits.serverTools ? tools : nil
    }

    private static func read(
        _ reader: borrowing ObjectReader, _ value: JSONReference, _ path: String
    ) throws(ProtocolError) -> [ServerToolDefinition] {
        var tools: [ServerToolDefinition] = []
        for (value, path) in try reader.elements(value, path, maximum: ProtocolLimits.serverTools) {
            let tool = try tool(ObjectReader(reader.document, value, path: path))
            guard !tools.contains(where: { $0.name == tool.name }) else {
                throw ProtocolError(
                    .invalidValue, "Invalid '\(path).name': there is another tool of this name.",
                    parameter: "\(path).name")
            }
            tools.append(tool)
        }
        return tools
    }

    private static func tool(_ object: borrowing ObjectReader) throws(ProtocolError) -> ServerToolDefinition {
        try object.refuseUnknown(fields)
        try object.constant("type", ["function"])
        let name = try SessionDecoder.toolName(object)
        let url = try object.requiredString("url", maximum: ServerToolURL.longest)
        guard ServerToolURL(url) != nil else {
            throw ProtocolError(
                .invalidValue,
                "Invalid '\(object.path("url"))': expected an https URL of host, port and path, without user or fragment.",
                parameter: object.path("url"))
        }
        var tool = ServerToolDefinition(name: name, url: url)
        tool.description = try object.string("description", maximum: ProtocolLimits.longTextLength)
        tool.parameters = try SessionDecoder.toolParameters(object)
        tool.timeout =
            try object.milliseconds("timeout_ms", ProtocolLimits.serverToolTimeout)
            ?? ServerToolDefinition.defaultTimeout
        return tool
    }

    private static func write(_ tool: ServerToolDefinition, into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", tool.name)
            if let description = tool.description { writer.member("description", description) }
            if let parameters = tool.parameters { writer.member("parameters", orNull: parameters) }
            guard !tool.url.isEmpty else { return }
            writer.member("url", tool.url)
            if tool.timeout != ServerToolDefinition.defaultTimeout {
                writer.member("timeout_ms", tool.timeout.wholeMilliseconds)
            }
        }
    }
}

extension SessionBehavior {
    /// What a client may see of it: the addresses of tools are the tenant's.
    var shown: SessionBehavior {
        var shown = self
        shown.agent.serverTools = agent.serverTools.map {
            ServerToolDefinition(name: $0.name, description: $0.description, url: "")
        }
        return shown
    }
}
