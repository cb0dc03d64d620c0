import Core
import RealtimeProtocol
import Testing

@Suite("Definitions of the server's tools") struct ServerToolDefinitionTests {
    private func configured(_ tools: String) throws -> SessionConfiguration {
        let text = #"{"agent":{"server_tools":\#(tools)}}"#
        var configuration = SessionConfiguration(model: "m")
        let update = try BehaviorUpdate(text: Array(text.utf8).span)
        configuration.behavior = update.applied(to: configuration.behavior, startedWith: SessionBehavior())
        configuration.showsBehavior = true
        return configuration
    }

    private static let whole = """
        [{"type":"function","name":"look_up","description":"Looks up.","parameters":{"type":"object"},
          "url":"https://tools.example:8443/a?b=c","timeout_ms":2500}]
        """

    @Test("are read with all their fields")
    func read() throws {
        let tools = try configured(Self.whole).behavior.agent.serverTools
        #expect(
            tools == [
                ServerToolDefinition(
                    name: "look_up", description: "Looks up.", parameters: .object(["type": .string("object")]),
                    url: "https://tools.example:8443/a?b=c", timeout: .milliseconds(2500))
            ])
        #expect(
            try configured(#"[{"name":"x","url":"https://x"}]"#).behavior.agent.serverTools[0].timeout == .seconds(10))
    }

    @Test("survive being stored, but clients see name and description only", arguments: RealtimeShape.allCases)
    func shown(shape: RealtimeShape) throws {
        let configuration = try configured(Self.whole)
        var stored: [UInt8] = []
        configuration.encodeStored(into: &stored)
        #expect(try SessionConfiguration(stored: stored.span) == configuration)
        var frame: [UInt8] = []
        let session = SessionObject(id: SessionID("sess_1"), configuration: configuration, expiresAt: 1)
        shape.makeCodec().encode(.sessionUpdated(session), eventID: EventID("event_1"), into: &frame)
        let tools = try JSONValue.parse(frame)["session"]?["antiphon"]?["agent"]?["server_tools"]
        #expect(
            tools == .array([.object(["name": .string("look_up"), "description": .string("Looks up.")])]))
        #expect(!String(decoding: frame, as: UTF8.self).contains("tools.example"))
    }

    @Test(
        "are refused with the field's path",
        arguments: [
            (#"[{"url":"https://x"}]"#, "[0].name"), (#"[{"name":"x"}]"#, "[0].url"),
            (#"[{"name":"a b","url":"https://x"}]"#, "[0].name"), (#"[{"name":"x","url":"ftp://x"}]"#, "[0].url"),
            (#"[{"name":"x","url":"https://u:p@x"}]"#, "[0].url"), (#"[{"name":"x","url":7}]"#, "[0].url"),
            (#"[{"name":"x","url":"https://x","timeout_ms":99}]"#, "[0].timeout_ms"),
            (#"[{"name":"x","url":"https://x","timeout_ms":60001}]"#, "[0].timeout_ms"),
            (#"[{"name":"x","url":"https://x","parameters":[]}]"#, "[0].parameters"),
            (#"[{"name":"x","url":"https://x","headers":{}}]"#, "[0].headers"),
            (#"[{"name":"x","url":"https://x","type":"mcp"}]"#, "[0].type"),
            (#"[{"name":"x","url":"https://x"},{"name":"x","url":"https://y"}]"#, "[1].name"), (#"["x"]"#, "[0]"),
            (#"{"name":"x"}"#, ""),
        ])
    func refused(tools: String, place: String) {
        let error = #expect(throws: ProtocolError.self) { try configured(tools) }
        #expect(error?.parameter == "agent.server_tools\(place)")
    }

    @Test("are no more than there may be")
    func tooMany() {
        let tools = (0...ProtocolLimits.serverTools).map { #"{"name":"t\#($0)","url":"https://x"}"# }
        let error = #expect(throws: ProtocolError.self) { try configured("[\(tools.joined(separator: ","))]") }
        #expect(error?.code == .arrayAboveMaxLength)
    }

    @Test(
        "have an address that can be read in one way only",
        arguments: [
            ("https://tools.example", "tools.example", 443), ("HTTPS://Tools.Example/x", "tools.example", 443),
            ("http://10.0.0.1:8080/a", "10.0.0.1", 8080), ("https://[::1]:444/", "::1", 444),
            ("https://[2001:DB8::1]?q=1", "2001:db8::1", 443), ("https://x_y.example/%41", "x_y.example", 443),
        ])
    func address(text: String, host: String, port: Int) throws {
        let url = try #require(ServerToolURL(text))
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.isSecure == text.lowercased().hasPrefix("https"))
    }

    @Test(
        "are refused when their address is anything else",
        arguments: [
            "", "https://", "https:///x", "https://:443", "x.example", "//x.example", "https:x.example",
            "file:///etc/passwd",
            "gopher://x", "https://user@x", "https://x:@y", "https://x:99999", "https://x:0", "https://x:+1",
            "https://x:",
            "https://x#y", "https://x y", "https://x\\y", "https://x\u{0}", "https://exämple.de", "https://[::1",
            "https://[::1]x",
            "https://[fe80::1%25eth0]", "https://-x", "https://.x", "https://[]", "https://x/\nHost: y",
        ])
    func badAddress(text: String) { #expect(ServerToolURL(text) == nil, "\(text)") }
}
