package import Core

/// One tool of a session.
package enum ToolDefinition: Sendable, Equatable {
    case function(FunctionTool)
    /// An MCP server entry, kept verbatim.
    case mcp(JSONValue)

    /// What an MCP server is called; nil for a function.
    package var serverLabel: String? {
        guard case .mcp(let entry) = self else { return nil }
        return entry["server_label"]?.string ?? ""
    }
}

/// A function that the client runs.
package struct FunctionTool: Sendable, Equatable {
    /// What the model calls it by.
    package var name: String
    package var description: String?
    /// A JSON Schema object; nil when the client gave none.
    package var parameters: JSONValue?
    /// A tool with these values.
    package init(name: String, description: String? = nil, parameters: JSONValue? = nil) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }
}

/// Which tools the model must or may use.
package enum ToolChoice: Sendable, Equatable {
    case auto, none, required
    case function(name: String)
    case mcp(serverLabel: String, name: String?)
}
