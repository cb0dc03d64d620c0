import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("Greeting and instructions") struct GreetingTests {
    private func session(
        greeting: String? = "Hello!", mode: AgentSettings.GreetingMode = .verbatim, kind: SessionKind = .realtime
    ) -> ScriptedConversation {
        ScriptedConversation { configuration in
            configuration.kind = kind
            configuration.instructions = "You are {{name}}."
            configuration.behavior.agent.variables = ["name": "Ada"]
            configuration.behavior.agent.greeting = greeting
            configuration.behavior.agent.greetingMode = mode
        }
    }

    private func plan(_ talk: ScriptedConversation) -> ResponsePlan? { talk.response.flatMap { talk.plans[$0] } }

    @Test("A client that sends no update is greeted a quarter of a second after it connected")
    func timer() {
        let talk = session()
        talk.advance(249)
        #expect(talk.response == nil)
        talk.advance(1)
        #expect(plan(talk)?.verbatim == "Hello!")
        #expect(talk.time(of: "responseCreated") == .milliseconds(250))
    }

    @Test("The first update is waited for, and is what the greeting sounds like")
    func update() {
        let talk = session()
        talk.advance(100)
        var update = SessionUpdate()
        update.voice = "echo"
        talk.client(.sessionUpdate(update))
        #expect(talk.names().suffix(2) == ["sessionUpdated", "responseCreated"])
        #expect(plan(talk)?.voice == "echo")
        talk.advance(5000)
        #expect(talk.plans.count == 1)
    }

    @Test("It is a response like any other: said, kept as an item, cut to what was heard")
    func response() {
        let talk = session()
        talk.advance(250)
        talk.spoken("Hello!", milliseconds: 600)
        talk.finishResponse()
        talk.advance(300)
        talk.input(.speechStarted(position: .zero))
        #expect(talk.done?.status == .cancelled(.turnDetected))
        #expect(talk.items.filter(\.isAssistant).count == 1)
    }

    @Test("An instruction is answered by the model and is no item of the conversation")
    func instruction() {
        let talk = session(greeting: "Greet as {{name}}.", mode: .instructions)
        talk.advance(250)
        #expect(plan(talk)?.verbatim == nil)
        #expect(plan(talk)?.model.messages == [.system("You are Ada."), .user([.text("Greet as Ada.")])])
        talk.spoken("Welcome.", milliseconds: 200)
        talk.finishResponse()
        talk.advance(1000)
        #expect(talk.items.count == 1)
        talk.client(.itemCreate(.user("hi"), previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        #expect(
            plan(talk)?.model.messages == [
                .system("You are Ada."), .assistant(text: "Welcome.", toolCalls: []), .user([.text("hi")]),
            ])
    }

    @Test("Nobody is greeted who has begun already: by words, by an item, by asking for a response")
    func tooLate() {
        let speaking = session()
        speaking.input(.speechStarted(position: .zero))
        speaking.advance(1000)
        #expect(speaking.response == nil)
        let typing = session()
        typing.client(.itemCreate(.user("hi"), previous: .tail))
        typing.advance(1000)
        #expect(typing.response == nil)
        let asking = session()
        asking.client(.responseCreate(ResponseRequest()))
        asking.advance(1000)
        #expect(asking.plans.count == 1)
        #expect(plan(asking)?.verbatim == nil)
    }

    @Test("Without a greeting, and in a transcription session, nobody speaks first and no timer runs")
    func none() {
        for talk in [session(greeting: nil), session(kind: .transcription)] {
            #expect(!talk.pendingTimers.contains(.greeting))
            talk.client(.sessionUpdate(SessionUpdate()))
            talk.advance(1000)
            #expect(talk.response == nil)
        }
    }

    @Test("A session that ends before its greeting leaves no timer")
    func ended() {
        let talk = session()
        talk.input(.disconnected)
        #expect(!talk.pendingTimers.contains(.greeting))
    }

    private func instructions(
        _ text: String, _ variables: [String: String] = [:], language: String? = nil, ofResponse: Bool = false
    ) -> LanguageModelRequest.Message? {
        let talk = ScriptedConversation { configuration in
            if !ofResponse { configuration.instructions = text }
            configuration.behavior.agent.variables = variables
            configuration.input.transcription = TranscriptionSettings(model: "m", language: language)
        }
        talk.advance(125_000)
        var request = ResponseRequest()
        if ofResponse { request.instructions = text }
        talk.client(.responseCreate(request))
        return plan(talk)?.model.messages.first
    }

    @Test(
        "Values take the place of their names, once",
        arguments: [
            ("Hi {{a}}, {{ b }}!", "Hi one, {{a}}!"), ("{{unknown}} {{a", "{{unknown}} {{a"),
            ("{a} {{}} }}", "{a} {{}} }}"),
            ("{{{a}}}", "{one}"), ("{{x {{a}}", "{{x one"), ("{{session_id}}", "sess_test"),
            ("{{date}} {{time}}", "1970-01-01 00:02 UTC"), ("Speak {{language}}.", "Speak the user's language."),
        ])
    func template(text: String, expected: String) {
        #expect(instructions(text, ["a": "one", "b": "{{a}}"]) == .system(expected))
        #expect(instructions(text, ["a": "one", "b": "{{a}}"], ofResponse: true) == .system(expected))
    }

    @Test("The session's own values come before the engine's, and the language is the one that was set")
    func precedence() {
        #expect(instructions("{{date}}", ["date": "today"]) == .system("today"))
        #expect(instructions("{{language}}", language: "de") == .system("de"))
    }

    @Test("However often a long value is named, the prompt stays within bounds")
    func bounded() {
        let text = String(repeating: "{{a}}", count: 50_000)
        guard case .system(let result)? = instructions(text, ["a": String(repeating: "x", count: 4096)]) else {
            Issue.record("no instructions")
            return
        }
        #expect(result.utf8.count < 2 * ProtocolLimits.longTextLength)
        #expect(result.hasPrefix("xxxx"))
        #expect(result.hasSuffix("{{a}}"))
    }

    @Test("The client sees its instructions as it wrote them")
    func echo() {
        let talk = session()
        #expect(talk.configuration.instructions == "You are {{name}}.")
    }
}
