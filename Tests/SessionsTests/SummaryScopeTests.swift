import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

/// Which responses see a summary, what is taken up that no response has seen, and what a full conversation does.
@Suite("The reach of summaries") struct SummaryScopeTests {
    @Test(
        "A response with its own input sees no summary; one beside the conversation that reads it does; neither asks for one"
    )
    func outOfBand() {
        let talk = LongTalk()
        talk.turns(1...18)
        talk.write("The code is 4711.")
        let requests = talk.requests.count
        var beside = ResponseRequest()
        beside.inConversation = false
        #expect(seen(beside, talk).contains("4711"))
        beside.input = [.reference(ItemID("u1"))]
        #expect(!seen(beside, talk).contains("4711") && seen(beside, talk).contains("question 1 "))
        var own = ResponseRequest()
        own.input = [.item(.user("alone"))]
        #expect(!seen(own, talk).contains("4711"))
        for _ in 0..<60 { talk.talk.client(.itemCreate(.user(String(repeating: "abcd ", count: 40)), previous: .tail)) }
        beside.input = nil
        _ = seen(beside, talk)
        talk.look()
        #expect(talk.requests.count == requests)
    }

    private func seen(_ request: ResponseRequest, _ talk: LongTalk) -> String {
        talk.talk.client(.responseCreate(request))
        let text = talk.talk.response.flatMap { talk.talk.plans[$0] }?.model.messages.text ?? ""
        talk.answer("fine")
        return text
    }

    @Test("A long history that a client brings along is shown as far as it fits and summarised whole, piece by piece")
    func broughtAlong() throws {
        let talk = LongTalk(budget: nil, context: 3000)
        for number in 1...150 {
            let text = "question \(number) " + String(repeating: "abcd ", count: 40)
            talk.talk.client(.itemCreate(.user(text), previous: .tail))
        }
        let seen = talk.turn(151)
        #expect(seen.tokens <= 3000 && seen.questions.last == 151 && seen.questions.first != 1)
        var covered: Set<Int> = []
        var rounds = 0
        while let request = talk.pending, rounds < 20 {
            rounds += 1
            #expect(request.model.messages.tokens <= 3000 * 95 / 100)
            for number in 1...151 where request.model.messages.text.contains("question \(number) ") {
                covered.insert(number)
            }
            talk.write("Round \(rounds).")
        }
        #expect((2...8).contains(rounds))
        let prompt = talk.prompt
        #expect(covered.union(prompt.questions) == Set(1...151))
        #expect(prompt.tokens <= 1200 && prompt.text.contains("Round \(rounds)."))
    }

    @Test("The summary stays when even the newest turns do not fit")
    func newestTurnsTooLong() {
        let talk = LongTalk()
        talk.turns(1...18)
        talk.write("The code is 4711.")
        for number in 19...30 {
            talk.talk.client(
                .itemCreate(.user("question \(number) " + String(repeating: "abcd ", count: 300)), previous: .tail))
        }
        let prompt = talk.prompt
        #expect(prompt.text.contains("4711") && prompt.tokens <= 2000 && prompt.questions.last == 30)
    }

    @Test("The provider's own counts decide")
    func counted() throws {
        let talk = LongTalk()
        talk.turns(1...10)
        #expect(talk.pending == nil)
        talk.talk.client(.itemCreate(.user("question 11"), previous: .tail))
        talk.talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.talk.response)
        let result = LanguageModelResult(finishReason: .stop, usage: .init(input: 2400, output: 1))
        talk.talk.input(.response(id, .modelFinished(result)))
        #expect(talk.pending != nil)
    }

    @Test("A model of its own writes the summary, where one is set")
    func ownModel() {
        let talk = LongTalk { $0.behavior.summary.model = "small" }
        talk.turns(1...18)
        #expect(talk.pending?.model.model == "small")
        #expect(talk.talk.plans.values.allSatisfy { $0.model.model == nil })
    }

    @Test("A full conversation makes room by removing what the model no longer sees, and says so")
    func full() {
        let talk = LongTalk(settings: { $0.maximumItems = 60 })
        for number in 1...200 {
            talk.turn(number)
            talk.write("Short.")
        }
        #expect(talk.talk.errors.isEmpty)
        #expect(talk.talk.items.count == 60)
        let deleted = talk.talk.events.filter { if case .itemDeleted = $0 { true } else { false } }.count
        #expect(deleted == 340)
        #expect(talk.prompt.text.contains("Short.") && talk.prompt.questions.last == 200)
        let whole = LongTalk(settings: { $0.maximumItems = 10 })
        whole.turns(1...5)
        whole.talk.client(.itemCreate(.user("one more"), previous: .tail))
        #expect(whole.talk.errors.count == 1)
        whole.talk.client(.responseCreate(ResponseRequest()))
        whole.answer("still answered")
        #expect(whole.talk.done?.status == .completed)
        #expect(whole.talk.items.count == 10, "the answer replaced the oldest item")
    }

    @Test("A full conversation does without a phrase before it does without anything that the model sees")
    func fullOfPhrases() throws {
        var settings = SessionSettings()
        settings.maximumItems = 4
        let talk = ScriptedConversation.acknowledging(settings: settings)
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(1000)
        talk.callTool()
        talk.advance(1000)
        let phrase = try #require(talk.items.first(where: \.isAssistant)?.id)
        #expect(talk.items.count == 3)
        talk.client(.itemCreate(.user("and"), previous: .tail))
        talk.client(.itemCreate(.user("then"), previous: .tail))
        #expect(talk.errors.isEmpty && talk.items.count == 4)
        let deleted = talk.events.compactMap { if case .itemDeleted(let id) = $0 { id } else { nil } }
        #expect(deleted == [phrase])
    }

    @Test("A client chooses only a model that the operator listed; what it has already stays")
    func models() throws {
        var operators = SessionBehavior()
        operators.summary.model = "own"
        var settings = SessionSettings()
        settings.summaryModels = SummaryModels(["small"], operators: operators)
        let talk = ScriptedConversation(configure: { $0.behavior.summary.model = "inherited" }, settings: settings)
        func update(_ summary: String) throws {
            var update = SessionUpdate()
            update.behavior = try BehaviorUpdate(text: Array(#"{"summary":\#(summary)}"#.utf8).span)
            talk.client(.sessionUpdate(update))
        }
        try update(#"{"keep_turns":2}"#)
        #expect(talk.errors.isEmpty && talk.configuration.behavior.summary.keptTurns == 2)
        try update(#"{"model":"dear"}"#)
        #expect(talk.errors.map(\.parameter) == ["session.antiphon.summary.model"])
        #expect(talk.configuration.behavior.summary.model == "inherited")
        try update(#"{"model":"small"}"#)
        #expect(talk.errors.count == 1 && talk.configuration.behavior.summary.model == "small")
    }
}
