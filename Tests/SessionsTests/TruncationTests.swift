import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("Truncation of a conversation that outgrows the model's context") struct TruncationTests {
    /// A text conversation whose model reads 400 tokens.
    private func talk(_ truncation: Truncation, instructions: String = "Be kind.") -> ScriptedConversation {
        var settings = SessionSettings()
        settings.contextTokens = 400
        return ScriptedConversation(
            configure: { configuration in
                configuration.outputModality = .text
                configuration.input.turnDetection = nil
                configuration.instructions = instructions
                configuration.truncation = truncation
            }, settings: settings)
    }

    /// A turn of about 100 tokens: the user's and the answer's half.
    ///
    /// - Returns: what the model saw.
    @discardableResult
    private func turn(_ number: Int, _ talk: ScriptedConversation) -> [LanguageModelRequest.Message]? {
        let filler = String(repeating: "abcd", count: 45)
        talk.client(.itemCreate(.user("question \(number) \(filler)", id: "u\(number)"), previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        guard let id = talk.response, let plan = talk.plans[id] else { return nil }
        talk.input(.response(id, .textDelta("answer \(number) \(filler)")))
        talk.input(.response(id, .modelFinished(LanguageModelResult(finishReason: .stop))))
        return plan.model.messages
    }

    private func questions(_ messages: [LanguageModelRequest.Message]?) -> [Int] {
        (messages ?? []).compactMap { message in
            guard case .user(let parts) = message, case .text(let text)? = parts.first else { return nil }
            return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        }
    }

    @Test("auto: the oldest turns leave the model's view and can still be retrieved")
    func auto() {
        let talk = talk(.auto)
        for number in 1...3 { turn(number, talk) }
        #expect(questions(turn(4, talk)) == [1, 2, 3, 4])
        let seen = turn(5, talk)
        #expect(questions(seen) == [2, 3, 4, 5])
        #expect(seen?.first == .system("Be kind."))
        talk.client(.itemRetrieve(ItemID("u1")))
        #expect(talk.errors.isEmpty && talk.items.count == 10)
        #expect(talk.done?.status == .completed)
    }

    @Test("What left the view does not come back when there is room again, and a new item at the root is seen")
    func lasting() {
        let talk = talk(.retentionRatio(0.5, tokenLimit: nil))
        for number in 1...5 { turn(number, talk) }
        let system = ConversationItem(id: ItemID("s"), content: .message(role: .system, parts: [.inputText("Note.")]))
        talk.client(.itemCreate(system, previous: .head))
        let seen = turn(6, talk)
        #expect(questions(seen) == [4, 5, 6])
        #expect(seen?.prefix(2) == [.system("Be kind."), .system("Note.")])
    }

    @Test("disabled: a response that does not fit fails with a clear error, and the conversation is whole")
    func disabled() {
        let talk = talk(.disabled)
        for number in 1...4 { turn(number, talk) }
        #expect(turn(5, talk) == nil)
        guard case .failed(let type, let code, let message)? = talk.done?.status else {
            Issue.record("not failed")
            return
        }
        #expect(type == "invalid_request_error" && code == "context_length_exceeded")
        #expect(message.contains("400") && message.contains("truncation is disabled"))
        var update = SessionUpdate()
        update.truncation = .auto
        talk.client(.sessionUpdate(update))
        #expect(questions(turn(6, talk)) == [3, 4, 5, 6])
    }

    @Test("A response beside the conversation is cut for itself only; a reference brings back what left the view")
    func outOfBand() {
        let talk = talk(.auto)
        for number in 1...5 { turn(number, talk) }
        var request = ResponseRequest()
        request.inConversation = false
        request.input = [.reference(ItemID("u1"))]
        talk.client(.responseCreate(request))
        #expect(questions(talk.response.flatMap { talk.plans[$0] }?.model.messages) == [1])
    }

    @Test("The provider's own count decides what fits")
    func counted() throws {
        let talk = talk(.auto)
        turn(1, talk)
        talk.client(.itemCreate(.user(String(repeating: "abcd", count: 150)), previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        let id = try #require(talk.response)
        let result = LanguageModelResult(finishReason: .stop, usage: .init(input: 520, output: 1))
        talk.input(.response(id, .modelFinished(result)))
        // Twice as many tokens as estimated: the next question leaves room for nothing else.
        #expect(questions(turn(3, talk)) == [3])
    }
}
