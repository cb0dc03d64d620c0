import Core
import RealtimeProtocol

// MCP servers, which are not asked: a client that names one is told so, by the item that would list the tools and by an error.
extension SessionStateMachine {
    /// Answers the MCP servers of the session that were not answered before.
    mutating func refuseMCPServers(_ eventID: String? = nil) {
        let answered = mcpServers
        mcpServers = configuration.tools.filter { $0.serverLabel != nil }
        refuse(configuration.tools, except: answered, path: "session", eventID)
        guard configuration.toolChoice != refusedChoice else { return }
        refusedChoice = nil
        guard case .mcp(let label, _) = configuration.toolChoice else { return }
        refusedChoice = configuration.toolChoice
        refuseChoice(of: label, path: "session", eventID)
    }

    /// Answers the MCP servers that one response names beyond those of the session.
    mutating func refuseMCPServers(of request: ResponseRequest, _ eventID: String?) {
        refuse(request.tools ?? [], except: mcpServers, path: "response", eventID)
        guard case .mcp(let label, _) = request.toolChoice else { return }
        refuseChoice(of: label, path: "response", eventID)
    }

    private mutating func refuse(
        _ tools: [ToolDefinition], except answered: [ToolDefinition], path: String, _ eventID: String?
    ) {
        for (index, tool) in tools.enumerated() {
            guard let label = tool.serverLabel, !answered.contains(tool) else { continue }
            makeRoom(forItem: 0)
            let item = ConversationItem(id: identifiers.next(), content: .mcpListTools(serverLabel: label))
            let previous = conversation.insert(item, at: .tail)
            // No model sees it, and it is the first to go when the conversation is full.
            conversation.hide([item.id], as: .dropped)
            send(.itemAdded(item, previous: previous))
            send(.mcpListToolsInProgress(item.id))
            send(.mcpListToolsFailed(item.id))
            send(.itemDone(item, previous: previous))
            fail(
                ProtocolError(
                    .invalidValue,
                    "The MCP server '\(label)' is not asked, because this server does not run MCP tools. "
                        + "The model gets none of its tools.",
                    parameter: "\(path).tools[\(index)]", eventID: eventID))
        }
    }

    private mutating func refuseChoice(of label: String, path: String, _ eventID: String?) {
        fail(
            ProtocolError(
                .invalidValue,
                "The MCP server '\(label)' cannot be chosen, because this server does not run MCP tools. "
                    + "The model chooses freely, as with 'auto'.",
                parameter: "\(path).tool_choice", eventID: eventID))
    }
}
