import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

/// What becomes of a summary when the conversation changes under it, when the model fails, and where there must be none.
@Suite("Summaries that come to nothing") struct SummaryFaultTests {
    @Test("A summary of turns that were deleted or edited meanwhile is thrown away, and made anew after a pause")
    func stale() throws {
        let talk = LongTalk()
        talk.turns(1...18)
        talk.talk.client(.itemDelete(ItemID("u2")))
        talk.write("A secret of question 2.")
        #expect(talk.outcomes == [.stale])
        #expect(!talk.prompt.text.contains("secret") && talk.prompt.questions.first == 1)
        talk.turn(19)
        #expect(talk.pending == nil)
        talk.talk.advance(5000)
        talk.turn(20)
        #expect(!(try #require(talk.pending)).model.messages.text.contains("question 2 "))
        let system = ConversationItem(id: ItemID("s"), content: .message(role: .system, parts: [.inputText("Note.")]))
        talk.talk.client(.itemCreate(system, previous: .head))
        talk.write("Without the note.")
        #expect(talk.outcomes == [.stale, .stale])
        talk.talk.advance(10_000)
        talk.turn(21)
        talk.write("Fine.")
        #expect(talk.outcomes == [.stale, .stale, .applied])
        #expect(talk.prompt.text.contains("Fine."))
    }

    @Test("An answer that the client truncates meanwhile makes the summary stale")
    func truncated() throws {
        let talk = LongTalk { $0.outputModality = .audio }
        talk.talk.client(.responseCreate(ResponseRequest()))
        talk.talk.spoken("The code is four. The colour is blue. ", milliseconds: 2000)
        talk.talk.finishResponse()
        talk.talk.advance(3000)
        let spoken = try #require(talk.talk.items.first?.id)
        for number in 1...20 {
            var request = ResponseRequest()
            request.outputModality = .text
            talk.talk.client(
                .itemCreate(.user("question \(number) " + String(repeating: "abcd ", count: 60)), previous: .tail))
            talk.talk.client(.responseCreate(request))
            talk.answer("answer")
        }
        #expect(try #require(talk.pending).model.messages.text.contains("The code is four."))
        talk.talk.client(.itemTruncate(spoken, contentIndex: 0, audioEnd: .milliseconds(200)))
        talk.write("The colour is blue.")
        #expect(talk.outcomes == [.stale])
    }

    @Test(
        "Deleting what a summary covers withdraws it: the model sees the other items again, and never the deleted one")
    func withdrawn() throws {
        let talk = LongTalk()
        talk.turns(1...18)
        talk.write("Question 2 was about a secret.")
        talk.talk.client(.itemDelete(ItemID("u2")))
        let prompt = talk.prompt
        #expect(!prompt.text.contains("secret"))
        #expect(prompt.questions.first == 1 && !prompt.questions.contains(2))
        talk.talk.advance(5000)
        talk.turn(19)
        #expect(talk.pending?.model.messages.text.contains("previous_summary") == false)
        talk.write("Again.")
        for id in ["u1", "u3"] {
            talk.talk.client(.itemDelete(ItemID(id)))
            talk.talk.advance(5000)
            talk.turn(id == "u1" ? 20 : 21)
            talk.write("Again.")
        }
        // A client that deletes whatever was summarised keeps its history itself.
        talk.talk.advance(60_000)
        talk.turns(22...30)
        #expect(talk.pending == nil)
        #expect(talk.prompt.tokens <= 2000)
    }

    @Test("Deleting what a summary covers stops the one that is being made from it")
    func withdrawnMeanwhile() {
        let talk = LongTalk()
        talk.turns(1...18)
        talk.write("A secret.")
        var number = 19
        while talk.pending == nil, number < 40 {
            talk.turn(number)
            number += 1
        }
        let id = talk.pending?.id
        #expect(id != nil)
        talk.talk.client(.itemDelete(ItemID("u1")))
        #expect(talk.pending == nil && talk.cancelled.last == id)
        #expect(!talk.talk.pendingTimers.contains(.summaryDeadline))
    }

    @Test("Three failures, each after a longer pause, and the oldest turns go without a summary")
    func window() {
        let talk = LongTalk()
        talk.turns(1...18)
        talk.fail()
        talk.turn(19)
        #expect(talk.pending == nil)
        talk.talk.advance(5000)
        talk.turn(20)
        talk.write("")
        #expect(talk.outcomes == [.failed, .failed])
        talk.talk.advance(5000)
        talk.turn(21)
        #expect(talk.pending == nil)
        talk.talk.advance(5000)
        #expect(talk.turn(22).questions.first != nil)
        #expect(talk.requests.count == 3)
        talk.write("half a sum", .length)
        #expect(talk.outcomes == [.failed, .failed, .failed, .window])
        #expect(talk.prompt.tokens <= 800 && talk.prompt.questions.suffix(4) == [19, 20, 21, 22])
        talk.talk.advance(60_000)
        talk.turns(23...26)
        #expect(talk.requests.count == 3)
        talk.turns(27...35)
        talk.write("Better.")
        #expect(talk.outcomes.last == .applied)
        #expect(talk.talk.items.count == 2 * 35)
    }

    @Test("A model that never answers costs a bounded number of requests and never shows more than the budget")
    func neverAnswers() {
        let talk = LongTalk()
        for number in 1...200 {
            #expect(talk.turn(number).dropFirst().tokensFit(2000))
            talk.talk.advance(31_000)
            talk.look()
        }
        let windows = talk.outcomes.filter { $0 == .window }.count
        #expect(windows >= 5 && talk.requests.count <= 3 * windows + 3)
        #expect(talk.requests.count == talk.cancelled.count + (talk.pending == nil ? 0 : 1))
        #expect(Set(talk.outcomes) == [.timedOut, .window])
    }

    @Test("A summary that takes too long is stopped, and what it wrote too late is not used")
    func timeout() {
        let talk = LongTalk { $0.behavior.summary.timeout = .seconds(3) }
        talk.turns(1...18)
        talk.talk.advance(2999)
        #expect(talk.pending != nil)
        talk.talk.advance(1)
        #expect(talk.pending == nil && talk.outcomes == [.timedOut] && talk.cancelled == [1])
        talk.talk.input(.summaryReady(1, "Too late.", LanguageModelResult(finishReason: .stop)))
        #expect(!talk.prompt.text.contains("Too late."))
    }

    @Test("A summary ends with its session, and is not started by one that has ended")
    func closed() {
        let talk = LongTalk()
        talk.turns(1...18)
        talk.talk.input(.disconnected)
        talk.look()
        #expect(talk.cancelled == [1] && talk.reports.isEmpty)
        #expect(!talk.talk.pendingTimers.contains(.summaryDeadline))
    }

    @Test("Where truncation is disabled nothing is lost, unless summaries were asked for even so")
    func disabledTruncation() {
        let talk = LongTalk { $0.truncation = .disabled }
        talk.turns(1...40)
        #expect(talk.requests.isEmpty && talk.reports.isEmpty && talk.prompt.questions == Array(1...40))
        let asked = LongTalk {
            $0.truncation = .disabled
            $0.behavior.summary.appliesWithoutTruncation = true
        }
        asked.turns(1...18)
        for _ in 0..<4 {
            asked.fail()
            asked.talk.advance(30_000)
            asked.turn(19)
        }
        #expect(!asked.outcomes.contains(.window) && asked.prompt.questions.first == 1)
        asked.write("Now.")
        #expect(asked.prompt.text.contains("Now.") && asked.prompt.questions.first != 1)
    }

    @Test(
        "Switched off, or in a session of transcriptions, nothing is summarised; what was switched off is not applied")
    func off() {
        let talk = LongTalk { $0.behavior.summary.isEnabled = false }
        talk.turns(1...40)
        #expect(talk.requests.isEmpty && talk.prompt.questions == Array(1...40))
        let late = LongTalk()
        late.turns(1...18)
        var update = SessionUpdate()
        update.truncation = .disabled
        late.talk.client(.sessionUpdate(update))
        late.write("Nobody wants it.")
        #expect(late.outcomes == [.stale] && late.prompt.questions == Array(1...18))
    }

    @Test("A model that cannot summarise is never asked: the oldest turns go")
    func scripted() {
        let talk = LongTalk(canSummarize: false)
        for number in 1...60 { #expect(talk.turn(number).dropFirst().tokensFit(2000)) }
        #expect(talk.requests.isEmpty)
        #expect(!talk.outcomes.isEmpty && talk.outcomes.count < 7 && Set(talk.outcomes) == [.window])
        #expect(talk.prompt.questions.last == 60)
    }
}
