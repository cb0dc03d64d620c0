import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("Context window") struct ContextWindowTests {
    /// A text of this many tokens by the estimate, the message's frame included.
    private static func text(_ tokens: Int) -> String { String(repeating: "abcd", count: tokens - 4) }

    /// Turns of a question of 50 and an answer of 50 tokens each.
    private func turns(_ count: Int) -> [LanguageModelRequest.Message] {
        (0..<count).flatMap { _ in
            [.user([.text(Self.text(50))]), .assistant(text: Self.text(50), toolCalls: [])]
        }
    }

    private func fit(
        _ messages: [LanguageModelRequest.Message], limit: Int, _ truncation: Truncation = .auto, instructions: Int = 0,
        bytes: Int = .max
    ) -> ContextWindow.Fit {
        var fixed = PromptSize()
        for message in messages.prefix(instructions) { fixed += PromptSize(of: message) }
        return ContextWindow(limit: limit, truncation: truncation, estimator: TokenEstimator(), bytes: bytes)
            .fit(parts(messages.dropFirst(instructions)), beside: fixed)
    }

    /// Each message, and each call with its results, is a part.
    private func parts(_ messages: some Sequence<LanguageModelRequest.Message>) -> [ContextWindow.Part] {
        var parts: [ContextWindow.Part] = []
        for message in messages {
            switch message {
            case .user: parts.append(.init(size: PromptSize(of: message), beginsTurn: true))
            case .tool: parts[parts.count - 1].size += PromptSize(of: message)
            default: parts.append(.init(size: PromptSize(of: message), beginsTurn: false))
            }
        }
        return parts
    }

    @Test("What fits stays whole, to the last token")
    func fits() {
        #expect(fit(turns(10), limit: 1000) == .everything)
        #expect(fit(turns(10), limit: 999) == .from(2))
        #expect(fit([], limit: 0) == .everything)
    }

    @Test("The oldest turns go until the rest fits; instructions and the newest turn stay")
    func auto() {
        let messages = [.system(Self.text(100))] + turns(10)
        #expect(fit(messages, limit: 1100, instructions: 1) == .everything)
        #expect(fit(messages, limit: 450, instructions: 1) == .from(14))
        #expect(fit(messages, limit: 150, instructions: 1) == .from(18))
        #expect(fit(messages, limit: 0, instructions: 1) == .from(18))
        #expect(fit([.user([.text(Self.text(500))])], limit: 10) == .everything)
    }

    @Test("A retention ratio cuts further than needed, so that the cut need not move with each turn")
    func retention() {
        #expect(fit(turns(10), limit: 999, .retentionRatio(0.5, tokenLimit: nil)) == .from(12))
        #expect(fit(turns(10), limit: 1000, .retentionRatio(0.5, tokenLimit: nil)) == .everything)
        #expect(fit(turns(10), limit: 5000, .retentionRatio(0.8, tokenLimit: 500)) == .from(12))
        #expect(fit(turns(10), limit: 5000, .retentionRatio(1, tokenLimit: 1000)) == .everything)
        #expect(fit(turns(10), limit: 5000, .retentionRatio(0, tokenLimit: 0)) == .from(18))
    }

    @Test("Disabled truncation says how long the prompt is")
    func disabled() {
        #expect(fit(turns(10), limit: 999, .disabled) == .tooLong(1000))
        #expect(fit(turns(10), limit: 1000, .disabled) == .everything)
    }

    @Test("Calls and results are never torn apart, and tool definitions and pictures count")
    func toolsAndPictures() {
        let call = LanguageModelRequest.ToolCall(id: "call_1", name: "look", arguments: "{}")
        let messages: [LanguageModelRequest.Message] = [
            .user([.text(Self.text(50))]), .assistant(text: nil, toolCalls: [call]),
            .tool(callID: "call_1", output: Self.text(50)), .assistant(text: Self.text(50), toolCalls: []),
            .user([.text(Self.text(50)), .image(url: "data:image/png;base64,AAAA", detail: "low")]),
        ]
        #expect(fit(messages, limit: 200) == .from(3))
        let tools = PromptSize(of: [.init(name: Self.text(50), description: Self.text(50), parameters: .object([:]))])
        let window = ContextWindow(limit: 250, truncation: .auto, estimator: TokenEstimator())
        #expect(window.fit(parts(turns(2)), beside: tools) == .from(2))
    }

    @Test("A newest turn that is too long alone loses its oldest answers, never the user's words or the newest part")
    func longTurn() {
        let answers = (0..<5).map { _ in LanguageModelRequest.Message.assistant(text: Self.text(50), toolCalls: []) }
        let turn = [.user([.text(Self.text(50))])] + answers
        #expect(fit(turn, limit: 300) == .everything)
        #expect(fit(turn, limit: 299) == .newestTurn(0, from: 2))
        #expect(fit(turns(2) + turn, limit: 200) == .newestTurn(4, from: 7))
        #expect(fit(turn, limit: 0) == .newestTurn(0, from: 5))
    }

    @Test("Where the user has not spoken, the oldest parts go")
    func withoutUser() {
        let messages = (0..<10).map { _ in LanguageModelRequest.Message.assistant(text: Self.text(50), toolCalls: []) }
        #expect(fit(messages, limit: 500) == .everything)
        #expect(fit(messages, limit: 499) == .from(1))
        #expect(fit(messages, limit: 100) == .from(8))
        #expect(fit(messages, limit: 0) == .from(9))
        #expect(fit(messages + turns(1), limit: 100) == .from(10))
    }

    @Test("A prompt is bounded in bytes too, since pictures have more of them than tokens tell")
    func bytes() {
        let picture = LanguageModelRequest.Message.user([
            .image(url: String(repeating: "A", count: 1000), detail: "low")
        ])
        #expect(fit([picture, picture, picture], limit: 1000, bytes: 3000) == .everything)
        #expect(fit([picture, picture, picture], limit: 1000, bytes: 2999) == .from(1))
        #expect(fit([picture, picture], limit: 1000, .disabled, bytes: 1999) == .tooLong(178))
        #expect(fit([picture], limit: 1000, bytes: 1) == .everything)
    }

    @Test("The provider's count replaces the rule of thumb")
    func learning() {
        var estimator = TokenEstimator()
        var size = PromptSize(of: .user([.text(String(repeating: "x", count: 4000))]))
        #expect(estimator.tokens(in: size) == 1004)
        estimator.learn(size, tokens: 2004)
        #expect(estimator.tokens(in: size) == 2004)
        estimator.learn(size, tokens: 0)
        size.bytes = 20
        estimator.learn(size, tokens: 1000)
        #expect(estimator.tokens(ofBytes: 4000) == 2000)
    }
}
