import Core
import Pipeline
import RealtimeProtocol
import Testing

@testable import Sessions

/// What a piece costs does not grow with all that was before it.
@Suite("Long answers and long conversations cost what they say") struct GrowthTests {
    private static let piece = String(repeating: "word ", count: 10)

    /// How often texts of the response are copied while so many pieces of an answer come.
    private func copies(
        _ count: Int, modality: OutputModality = .text, _ input: (Int) -> ResponseInput
    ) throws -> Int {
        let talk = ScriptedConversation { $0.outputModality = modality }
        talk.client(.responseCreate(ResponseRequest()))
        let response = try #require(talk.response)
        var copies = 0
        var addresses: [UInt] = []
        for number in 0..<count {
            talk.input(.response(response, input(number)))
            let now = talk.textAddresses(response)
            if number > 10 { #expect(!now.isEmpty) }
            if now != addresses { copies += 1 }
            addresses = now
        }
        return copies
    }

    @Test("A written answer, a transcript and a call's arguments are not copied with each piece")
    func pieces() throws {
        #expect(try copies(2_000) { _ in .textDelta(Self.piece) } < 60)
        #expect(try copies(2_000, modality: .audio) { _ in .speechPiece(Self.piece) } < 60)
        let calls = try copies(2_000) { number in
            number == 0
                ? .toolCallStarted(index: 0, name: "tool") : .toolCallArgumentsDelta(index: 0, delta: Self.piece)
        }
        #expect(calls < 90)
    }

    @Test("What a queue has let go is not held, and its order stays")
    func queue() {
        var output = ResponseOutput(format: .pcm16, frame: .milliseconds(20), leads: OutputSettings())
        for number in 0..<5_000 { output.append(.arguments("\(number)")) }
        for number in 0..<2_500 { #expect(output.next(now: .zero) == .arguments("\(number)")) }
        for number in 5_000..<6_000 { output.append(.arguments("\(number)")) }
        for number in 2_500..<6_000 { #expect(output.next(now: .zero) == .arguments("\(number)")) }
        #expect(output.isEmpty)
    }

    @Test("The words that two partial results share, byte by byte")
    func commonWords() {
        let cases = [
            ("", "a b", ""), ("a b", "a b c", "a b"), ("a b", "a bc", "a"), ("a b c", "a b", "a b"),
            ("a bc", "a b", "a"),
            ("a b", "a b", "a b"), ("é", "é x", "é"), ("ab", "ac", ""), ("好 x", "好 y", "好"),
        ]
        for (before, after, common) in cases {
            #expect(SessionStateMachine.commonWords(before, after) == common, "\(before) \(after)")
        }
    }

    // MARK: What the model does not see any more

    /// A spoken answer with a server's tool before it, whose audio is `milliseconds` long.
    private func answer(_ text: String, _ talk: ScriptedConversation, milliseconds: Int = 4_000) throws -> ItemID {
        talk.client(.itemCreate(.user("question"), previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        let response = try #require(talk.response)
        let call = LanguageModelRequest.ToolCall(id: "call_1", name: "weather", arguments: "{}")
        talk.input(.response(response, .serverToolStarted(call, timeout: .seconds(10))))
        let result = String(repeating: "r", count: 10_000)
        talk.input(.response(response, .serverToolFinished(callID: "call_1", output: result)))
        talk.spoken(text, milliseconds: milliseconds)
        talk.finishResponse()
        talk.advance(milliseconds + 1_000)
        return try #require(talk.items.last?.id)
    }

    private func talk(tokens: Int) -> ScriptedConversation {
        var settings = SessionSettings()
        settings.contextTokens = tokens
        return ScriptedConversation(
            configure: { $0.behavior.summary.isEnabled = false }, settings: settings)
    }

    @Test("Items that were cut let go of times and results; they are retrieved whole and truncated by their length")
    func released() throws {
        let talk = talk(tokens: 1_500)
        let text = "one two three four five six seven eight"
        let first = try answer(text, talk)
        let held = talk.conversationBytes
        let second = try answer(text, talk)
        #expect(talk.conversationBytes < held + 2_000, "the results of the first are gone")
        talk.client(.itemRetrieve(first))
        guard case .itemRetrieved(let item, _)? = talk.events.last, case .message(_, let parts) = item.content else {
            Issue.record("the item is gone")
            return
        }
        #expect(parts == [.outputAudio(transcript: text)])
        talk.client(.itemTruncate(first, contentIndex: 0, audioEnd: .milliseconds(2_000)))
        #expect(talk.errors.isEmpty)
        #expect(self.text(of: first, talk) == "one two three four")
        talk.client(.itemTruncate(first, contentIndex: 0, audioEnd: .milliseconds(9_000)))
        #expect(talk.errors.count == 1, "its length is known")
        #expect(self.text(of: second, talk) == text)
    }

    private func text(of id: ItemID, _ talk: ScriptedConversation) -> String? {
        guard case .message(_, let parts)? = talk.items.first(where: { $0.id == id })?.content else { return nil }
        return parts.first?.text
    }
}
