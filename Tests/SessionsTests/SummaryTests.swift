import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

/// The rules by which the older part of a long conversation becomes a summary, in virtual time.
@Suite("Summaries of long conversations") struct SummaryTests {
    @Test("Below three quarters of the budget nothing is summarised, above it the oldest turns are")
    func trigger() throws {
        let talk = LongTalk()
        var turns = 0
        while talk.pending == nil, turns < 50 {
            turns += 1
            #expect(talk.turn(turns).count == 2 * turns)
        }
        #expect(talk.prompt.tokens > 1500 && talk.prompt.tokens < 1700)
        let request = try #require(talk.pending)
        let record = request.model.messages.text
        #expect(record.contains("question 1 ") && record.contains("answer 1 "))
        #expect(!record.contains("question \(turns - 3) "))
        #expect(request.model.tools.isEmpty && request.model.maxOutputTokens != nil)
        #expect(talk.talk.pendingTimers.contains(.summaryDeadline))
    }

    @Test("Until it is there the old turns are seen, then the summary in their place and the newest turns verbatim")
    func swap() throws {
        let talk = LongTalk()
        talk.turns(1...18)
        #expect(talk.pending != nil)
        #expect(talk.turn(19).questions == Array(1...19))
        let before = talk.talk.items
        let events = talk.talk.events.count
        talk.write("The user asked much.")
        #expect(talk.talk.events.count == events)
        #expect(talk.talk.items == before)
        let prompt = talk.prompt
        guard case .user(let parts)? = prompt.first, case .text(let text)? = parts.first else {
            Issue.record("the first message is no summary")
            return
        }
        #expect(text.hasSuffix("\nThe user asked much.") && text.hasPrefix("[A summary"))
        #expect(prompt.tokens <= 800)
        #expect(prompt.questions.suffix(4) == [16, 17, 18, 19] && prompt.questions.first != 1)
        let report = try #require(talk.reports.last)
        #expect(report.outcome == .applied && report.usage?.output == 60)
        #expect(report.conversationTokens == prompt.tokens)
        #expect(!talk.talk.pendingTimers.contains(.summaryDeadline))
        talk.talk.client(.itemRetrieve(ItemID("u1")))
        #expect(talk.talk.errors.isEmpty)
    }

    @Test("A summary is part of the next one, and there are several turns between two")
    func summaryOfSummaries() throws {
        let talk = LongTalk()
        var begun: [Int] = []
        for number in 1...80 {
            #expect(talk.turn(number).dropFirst().tokensFit(2000))
            guard let request = talk.pending else { continue }
            if let last = begun.last {
                #expect(request.model.messages.text.contains(#"{"previous_summary":"Summary \#(last)."#))
            }
            begun.append(number)
            talk.write("Summary \(number).")
        }
        #expect(begun.count >= 4)
        #expect(zip(begun, begun.dropFirst()).allSatisfy { $1 - $0 >= 8 })
        #expect(talk.prompt.text.contains("Summary \(begun.last ?? 0)."))
        #expect(!talk.prompt.text.contains("Summary \(begun.first ?? 0)."))
    }

    @Test("Instructions beyond the budget, or beyond all the model can read, make no summaries")
    func longInstructions() {
        let long = String(repeating: "abcd", count: 5000)
        let fits = LongTalk(budget: 1000) { $0.instructions = long }
        fits.turns(1...6)
        #expect(fits.requests.isEmpty)
        let tooLong = LongTalk(budget: nil, context: 4000) { $0.instructions = long }
        tooLong.turns(1...30)
        #expect(tooLong.requests.isEmpty && tooLong.reports.isEmpty)
    }

    @Test("Newest turns that alone fill the budget do not ask for a summary each")
    func longNewestTurns() {
        let talk = LongTalk { $0.behavior.summary.keptTurns = 18 }
        for number in 1...40 {
            talk.turn(number)
            talk.write("Short.")
        }
        #expect((1...8).contains(talk.requests.count))
        let one = LongTalk()
        one.talk.client(.itemCreate(.user(String(repeating: "abcd", count: 3000)), previous: .tail))
        one.talk.client(.responseCreate(ResponseRequest()))
        one.answer("Long.")
        #expect(one.pending == nil)
    }

    @Test("Without a budget of its own it follows what the model can read")
    func defaultBudget() {
        let talk = LongTalk(budget: nil, context: 2000)
        for number in 1...60 {
            #expect(talk.turn(number).tokens <= 2000)
            talk.write("Short.")
        }
        #expect(talk.requests.count >= 3)
        let own = LongTalk(budget: nil) { $0.truncation = .retentionRatio(0.8, tokenLimit: 1000) }
        own.turns(1...10)
        #expect(own.pending != nil)
    }

    @Test("A call and its result are summarised together, with what the tool said")
    func toolCalls() throws {
        let talk = LongTalk()
        for number in 1...15 { talk.turn(number, tool: true) }
        let record = try #require(talk.pending).model.messages.text
        #expect(record.contains(#"{"role":"assistant","calls_tool":"look_up","arguments":"{\"number\":1}"}"#))
        #expect(record.contains(#"{"role":"tool","tool":"look_up","result":"result 1"}"#))
        talk.write("Short.")
        #expect(talk.prompt.pairsCalls)
        #expect(talk.prompt.tokens <= 800)
    }

    @Test("A call and a result far behind it are summarised together or not at all")
    func lateResult() throws {
        let talk = LongTalk()
        talk.turns(1...3)
        talk.talk.client(.itemCreate(call("call_slow"), previous: .tail))
        talk.turns(4...15)
        talk.talk.client(.itemCreate(talk.result(of: CallID("call_slow"), "at last"), previous: .tail))
        talk.turns(16...18)
        #expect(talk.prompt.tokens > 1500 && talk.pending == nil)
        #expect(talk.prompt.text.contains("at last") && talk.prompt.pairsCalls)
        talk.turns(19...20)
        let record = try #require(talk.pending).model.messages.text
        #expect(record.contains("at last") && record.contains(#"{\"a\":1}"#))
        talk.write("Short.")
        #expect(!talk.prompt.text.contains("at last"))
    }

    @Test("A result that comes after its call was summarised brings the call back")
    func resultOfASummarisedCall() {
        let talk = LongTalk()
        talk.turns(1...2)
        talk.talk.client(.itemCreate(call("call_slow"), previous: .tail))
        talk.turns(3...18)
        talk.write("Short.")
        #expect(!talk.prompt.text.contains("{\"a\":1}"))
        talk.talk.client(.itemCreate(talk.result(of: CallID("call_slow"), "at last"), previous: .tail))
        #expect(talk.prompt.text.contains("at last") && talk.prompt.pairsCalls)
    }

    @Test("Nothing is summarised from an item on whose transcript is not there yet")
    func pendingTranscript() throws {
        let talk = LongTalk()
        talk.turns(1...10)
        talk.talk.client(.responseCreate(ResponseRequest()))
        let audio: [ContentPart] = [.inputAudio(audio: [1, 2, 3, 4], transcript: nil)]
        let spoken = ConversationItem(id: ItemID("spoken"), content: .message(role: .user, parts: audio))
        talk.talk.client(.itemCreate(spoken, previous: .head))
        let text = String(repeating: "abcd ", count: 60)
        for number in 11...30 {
            talk.talk.client(.itemCreate(.user("question \(number) \(text)"), previous: .tail))
        }
        talk.answer("Fine.")
        #expect(talk.pending == nil)
        talk.talk.input(.transcriptFinal(ItemID("spoken"), Transcript(text: "hello")))
        talk.turn(31)
        #expect(try #require(talk.pending).model.messages.text.contains("hello"))
    }

    @Test("Directions, pictures and long results stand in the record as what they are")
    func record() throws {
        let talk = LongTalk()
        let system = ConversationItem(
            id: ItemID("s"), content: .message(role: .system, parts: [.inputText("Say \"Sir\".")]))
        talk.talk.client(.itemCreate(system, previous: .tail))
        let picture = ConversationItem(
            id: ItemID("p"),
            content: .message(role: .user, parts: [.inputImage(url: "data:image/png;base64,AAAA", detail: "low")]))
        talk.talk.client(.itemCreate(picture, previous: .tail))
        talk.talk.client(.itemCreate(call("call_long"), previous: .tail))
        let long = "begin " + String(repeating: "x", count: 9000) + " end"
        talk.talk.client(.itemCreate(talk.result(of: CallID("call_long"), long), previous: .tail))
        talk.turns(1...6)
        let record = try #require(talk.pending).model.messages.text
        #expect(record.contains(#"{"role":"system","text":"Say \"Sir\"."}"#))
        #expect(record.contains(#"{"role":"user","text":"[a picture]"}"#))
        #expect(record.contains("begin xxx") && record.contains("xxx end") && record.contains("bytes left out"))
        #expect(record.utf8.count < 9000)
    }

    private func call(_ id: String) -> ConversationItem {
        ConversationItem(
            id: ItemID(""),
            content: .functionCall(FunctionCall(callID: CallID(id), name: "wait", arguments: "{\"a\":1}")))
    }
}

extension Sequence<LanguageModelRequest.Message> {
    func tokensFit(_ budget: Int) -> Bool { Array(self).tokens <= budget }
}
