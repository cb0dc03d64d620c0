import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("MCP servers, which are not asked") struct MCPTests {
    private func server(_ label: String, url: String = "https://mcp.example/sse") -> ToolDefinition {
        .mcp(
            .object([
                "type": .string("mcp"), "server_label": .string(label), "server_url": .string(url),
                "authorization": .string("secret-\(label)"),
            ]))
    }

    private func update(_ talk: ScriptedConversation, _ tools: [ToolDefinition], id: String? = nil) {
        var update = SessionUpdate()
        update.tools = tools
        talk.client(.sessionUpdate(update), id: id)
    }

    @Test("A server is answered by its list that failed, then by an error that names it")
    func answered() throws {
        let talk = ScriptedConversation()
        _ = talk.names()
        update(talk, [.function(FunctionTool(name: "look")), server("docs")], id: "e1")
        #expect(
            talk.names() == [
                "sessionUpdated", "itemAdded", "mcpListToolsInProgress", "mcpListToolsFailed", "itemDone", "error",
            ])
        let error = try #require(talk.errors.last)
        #expect(error.parameter == "session.tools[1]" && error.eventID == "e1" && error.type == .invalidRequest)
        #expect(error.message.contains("'docs'") && !error.message.contains("secret"))
        let item = try #require(talk.items.last)
        #expect(item.content == .mcpListTools(serverLabel: "docs"))
        talk.client(.itemRetrieve(item.id))
        #expect(talk.names() == ["itemRetrieved"])
        talk.client(.responseCreate(ResponseRequest()))
        let plan = try #require(talk.response.flatMap { talk.plans[$0] })
        #expect(plan.model.tools.map(\.name) == ["look"] && plan.model.messages.isEmpty)
    }

    @Test("What was answered is answered again only when it changes")
    func once() {
        let talk = ScriptedConversation()
        update(talk, [server("docs")])
        update(talk, [server("docs"), .function(FunctionTool(name: "look"))])
        #expect(talk.errors.count == 1)
        update(talk, [server("docs"), server("shop")])
        #expect(talk.errors.count == 2 && talk.errors.last?.parameter == "session.tools[1]")
        update(talk, [server("docs", url: "https://other.example")])
        #expect(talk.errors.count == 3)
    }

    @Test("Servers of a client secret and of one response are answered too")
    func elsewhere() {
        let talk = ScriptedConversation(configure: { $0.tools = [server("docs")] })
        #expect(talk.names().suffix(2) == ["itemDone", "error"] && talk.errors.count == 1)
        var request = ResponseRequest()
        request.tools = [server("docs"), server("shop")]
        request.toolChoice = .mcp(serverLabel: "shop", name: nil)
        talk.client(.responseCreate(request), id: "e2")
        #expect(talk.errors.map(\.parameter) == ["session.tools[0]", "response.tools[1]", "response.tool_choice"])
        #expect(talk.errors.suffix(2).allSatisfy { $0.eventID == "e2" })
        #expect(talk.response.flatMap { talk.plans[$0] }?.model.toolChoice == .auto)
    }

    @Test("A choice of a server is answered once")
    func choice() {
        let talk = ScriptedConversation()
        for choice in [ToolChoice.mcp(serverLabel: "docs", name: "x"), .mcp(serverLabel: "docs", name: "x"), .auto] {
            var update = SessionUpdate()
            update.toolChoice = choice
            talk.client(.sessionUpdate(update))
        }
        #expect(talk.errors.map(\.parameter) == ["session.tool_choice"])
    }

    @Test("The lists of servers are the first to go when the conversation is full")
    func room() {
        var settings = SessionSettings()
        settings.maximumItems = 4
        let talk = ScriptedConversation(settings: settings)
        update(talk, (0..<6).map { server("s\($0)") })
        for _ in 0..<4 { talk.client(.itemCreate(.user("x"), previous: .tail)) }
        #expect(talk.items.count == 4 && talk.errors.count == 6)
        #expect(talk.items.allSatisfy { if case .message = $0.content { true } else { false } })
    }
}
