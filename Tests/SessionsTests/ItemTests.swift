import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("Items and session settings") struct ItemTests {
    @Test("Items keep their order: tail, root, after another; the chain of previous ids is exact")
    func order() {
        let talk = ScriptedConversation()
        talk.client(.itemCreate(.user("b", id: "b"), previous: .tail))
        talk.client(.itemCreate(.user("a", id: "a"), previous: .head))
        talk.client(.itemCreate(.user("c", id: "c"), previous: .after(ItemID("b"))))
        talk.client(.itemCreate(.user("ab", id: "ab"), previous: .after(ItemID("a"))))
        #expect(talk.items.map(\.id.rawValue) == ["a", "ab", "b", "c"])
        let previous = talk.events.compactMap { event -> String? in
            if case .itemAdded(let item, let before) = event { "\(item.id)<\(before?.rawValue ?? "nil")" } else { nil }
        }
        #expect(previous == ["b<nil", "a<nil", "c<b", "ab<a"])
    }

    @Test("Refused items change nothing and name what is wrong")
    func refusals() {
        let talk = ScriptedConversation()
        talk.client(.itemCreate(.user("a", id: "a"), previous: .tail))
        talk.client(.itemCreate(.user("again", id: "a"), previous: .tail), id: "1")
        talk.client(.itemCreate(.user("b", id: "b"), previous: .after(ItemID("zzz"))), id: "2")
        let output = ConversationItem.Content.functionCallOutput(callID: CallID("call_zzz"), output: "")
        talk.client(.itemCreate(ConversationItem(id: ItemID(""), content: output), previous: .tail), id: "3")
        talk.client(.itemRetrieve(ItemID("zzz")), id: "4")
        talk.client(.itemDelete(ItemID("zzz")), id: "5")
        #expect(
            talk.errors.map(\.code) == [
                .duplicateItemID, .invalidPreviousItemID, .invalidToolCallID, .invalidRetrieveItemID,
                .invalidDeleteItemID,
            ])
        #expect(talk.errors.map(\.eventID) == ["1", "2", "3", "4", "5"])
        #expect(talk.items.count == 1)
    }

    @Test("After the tail is deleted the next item follows the new tail")
    func delete() {
        let talk = ScriptedConversation()
        for id in ["a", "b"] { talk.client(.itemCreate(.user(id, id: id), previous: .tail)) }
        talk.client(.itemDelete(ItemID("b")))
        talk.client(.itemCreate(.user("c", id: "c"), previous: .tail))
        guard case .itemDone(_, let previous)? = talk.events.last else {
            Issue.record("expected an item")
            return
        }
        #expect(previous == ItemID("a"))
    }

    @Test("An item in progress can be retrieved")
    func retrieveInProgress() throws {
        let talk = ScriptedConversation()
        talk.client(.responseCreate(ResponseRequest()))
        talk.spoken("Hello", milliseconds: 1000)
        let item = try #require(talk.items.last)
        talk.client(.itemRetrieve(item.id))
        #expect(talk.errors.isEmpty)
        #expect(talk.events.last?.name == "itemRetrieved")
    }

    @Test("An update changes what it names, a refused one changes nothing")
    func update() {
        let talk = ScriptedConversation()
        var update = SessionUpdate()
        update.instructions = "Be kind."
        talk.client(.sessionUpdate(update))
        #expect(talk.configuration.instructions == "Be kind.")
        #expect(talk.configuration.output.voice == "alloy")
        talk.client(.responseCreate(ResponseRequest()))
        talk.spoken("Hello", milliseconds: 300)
        talk.finishResponse()
        talk.advance(1000)
        update.instructions = "Be rude."
        update.voice = "echo"
        talk.client(.sessionUpdate(update), id: "u")
        #expect(talk.errors.first?.code == .cannotUpdateVoice)
        #expect(talk.configuration.instructions == "Be kind.")
        update.voice = "alloy"
        talk.client(.sessionUpdate(update))
        #expect(talk.configuration.instructions == "Be rude.")
    }

    @Test("Null in antiphon gives back what the session started with, and the member is shown once it was named")
    func behavior() throws {
        let talk = ScriptedConversation {
            $0.behavior.acknowledgement.isEnabled = true
            $0.behavior.acknowledgement.delay = .milliseconds(700)
        }
        func update(_ text: String) throws {
            var update = SessionUpdate()
            update.behavior = try BehaviorUpdate(text: Array(text.utf8).span)
            talk.client(.sessionUpdate(update))
        }
        #expect(!talk.configuration.showsBehavior)
        try update(#"{"acknowledgement":{"delay_ms":100,"enabled":false}}"#)
        #expect(talk.configuration.behavior.acknowledgement.delay == .milliseconds(100))
        #expect(talk.configuration.showsBehavior)
        try update(#"{"acknowledgement":{"delay_ms":null}}"#)
        #expect(talk.configuration.behavior.acknowledgement.delay == .milliseconds(700))
        #expect(!talk.configuration.behavior.acknowledgement.isEnabled)
        try update(#"{"acknowledgement":null}"#)
        #expect(talk.configuration.behavior.acknowledgement.isEnabled)
    }

    @Test(
        "A client lowers what costs calls, and raises it no higher than what the session started with",
        arguments: [RealtimeShape.ga, .beta],
        ["agent.max_steps", "agent.stream_retries", "agent.tool_retries", "turn_taking.speculation_budget"])
    func ceilings(shape: RealtimeShape, path: String) throws {
        let live = LiveSession(
            configure: {
                $0.behavior.agent.maximumSteps = 2
                $0.behavior.agent.streamRetries = 2
                $0.behavior.agent.toolRetries = 2
                $0.behavior.turnTaking.speculationBudget = 2
            }, shape: shape)
        let parts = path.split(separator: ".").map(String.init)
        func update(_ value: String) {
            let type = shape == .ga ? #""type":"realtime","# : ""
            let behavior = #"{"\#(parts[0])":{"\#(parts[1])":\#(value)}}"#
            live.send(
                #"{"type":"session.update","event_id":"u","session":{\#(type)"antiphon":\#(behavior)}}"#)
        }
        func current() -> Int? {
            live.last("session.updated")?.value(["session", "antiphon"] + parts) as? Int
        }
        update("1")
        #expect(current() == 1)
        update("2")
        #expect(current() == 2, "this is still the client's own step")
        #expect(live.first("error") == nil)
        update("3")
        let error = try #require(live.last("error"))
        #expect(error.string("error", "code") == "integer_above_max_value")
        #expect(error.string("error", "param") == "session.antiphon." + path)
        #expect(error.string("error", "event_id") == "u")
        update("1")
        update("null")
        #expect(current() == 2)
        #expect(live.connection.frames.count { $0.type == "session.updated" } == 4)
    }

    @Test("A running response keeps the settings it started with")
    func snapshot() throws {
        let talk = ScriptedConversation { $0.instructions = "first" }
        talk.speak(600)
        let item = try #require(talk.committedItem)
        let response = try #require(talk.response)
        talk.input(.transcriptFinal(item, Transcript(text: "hello")))
        var update = SessionUpdate()
        update.outputModality = .text
        update.maxOutputTokens = .limited(5)
        talk.client(.sessionUpdate(update))
        talk.spoken("Hi.", milliseconds: 100)
        talk.finishResponse()
        talk.advance(500)
        #expect(talk.done?.id == response)
        #expect(talk.done?.outputModality == .audio)
        #expect(talk.done?.maxOutputTokens == .infinite)
    }

    @Test("A tool call that a client adds without a call id gets one that its result can name")
    func callID() throws {
        let talk = ScriptedConversation()
        let call = FunctionCall(callID: CallID(""), name: "lookup", arguments: "{}")
        talk.client(.itemCreate(ConversationItem(id: ItemID(""), content: .functionCall(call)), previous: .tail))
        guard case .functionCall(let added)? = talk.items.first?.content else { throw MissingItem() }
        #expect(added.callID.rawValue.hasPrefix("call_") && added.callID.rawValue.count == "call_".count + 16)
        let result = ConversationItem.Content.functionCallOutput(callID: added.callID, output: "42")
        talk.client(.itemCreate(ConversationItem(id: ItemID(""), content: result), previous: .tail))
        #expect(talk.errors.isEmpty)
        let own = FunctionCall(callID: CallID("mine"), name: "lookup", arguments: "{}")
        talk.client(.itemCreate(ConversationItem(id: ItemID(""), content: .functionCall(own)), previous: .tail))
        #expect(talk.items.last?.content == .functionCall(own))
    }

    @Test("Images go to a model that takes them, and are refused by name where it takes none")
    func images() {
        let parts: [ContentPart] = [
            .inputText("what is this?"), .inputImage(url: "data:image/png;base64,AAAA", detail: "low"),
        ]
        let item = ConversationItem(id: ItemID(""), content: .message(role: .user, parts: parts))
        let seeing = ScriptedConversation()
        seeing.client(.itemCreate(item, previous: .tail))
        seeing.client(.responseCreate(ResponseRequest()))
        #expect(
            seeing.response.flatMap { seeing.plans[$0] }?.model.messages == [
                .user([.text("what is this?"), .image(url: "data:image/png;base64,AAAA", detail: "low")])
            ])
        let blind = ScriptedConversation(acceptsImages: false)
        blind.client(.itemCreate(item, previous: .tail), id: "1")
        var request = ResponseRequest()
        request.input = [.item(.user("text")), .item(item)]
        blind.client(.responseCreate(request), id: "2")
        #expect(blind.errors.map(\.code) == [.invalidValue, .invalidValue])
        #expect(blind.errors.map(\.parameter) == ["item.content[1].type", "response.input[1].content[1].type"])
        #expect(blind.errors.map(\.eventID) == ["1", "2"])
        #expect(blind.errors.first?.message.contains("'blind-model' takes no images") == true)
        #expect(blind.items.isEmpty && blind.response == nil)
    }

    @Test("Tracing can be switched on once; the same value again is accepted, another one is not")
    func tracing() {
        let talk = ScriptedConversation()
        func update(_ change: Change<JSONValue>, id: String) {
            var update = SessionUpdate()
            update.tracing = change
            talk.client(.sessionUpdate(update), id: id)
        }
        update(.clear, id: "1")
        update(.set(.string("auto")), id: "2")
        update(.set(.string("auto")), id: "3")
        update(.keep, id: "4")
        #expect(talk.errors.isEmpty)
        update(.set(.object(["workflow_name": .string("other")])), id: "5")
        update(.clear, id: "6")
        #expect(talk.errors.map(\.eventID) == ["5", "6"])
        #expect(talk.errors.map(\.parameter) == ["session.tracing", "session.tracing"])
        #expect(talk.configuration.tracing == .string("auto"))
    }

    @Test("A session ends at its maximum length with session_expired, and only once")
    func expiry() {
        var settings = SessionSettings()
        settings.maximumDuration = .seconds(120)
        let talk = ScriptedConversation(settings: settings)
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(121_000)
        #expect(talk.errors.last?.code == .sessionExpired)
        #expect(talk.errors.last?.message == "Your session hit the maximum duration of 2 minutes.")
        #expect(talk.isClosed)
        let count = talk.events.count
        talk.input(.disconnected)
        talk.client(.inputAudioClear)
        #expect(talk.events.count == count)
        #expect(talk.pendingTimers.allSatisfy { if case .sessionExpiry = $0 { false } else { true } })
    }
}

/// The conversation does not hold what the test looks for.
private struct MissingItem: Error {}
