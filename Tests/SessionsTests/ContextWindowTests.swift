import Core
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

@Suite("Context window") struct ContextWindowTests {
    /// A text of this many tokens by the estimate, the message's frame included.
    private static func text(_ tokens: Int) -> String { String(repeating: "abcd", count: tokens - 4) }

    private func request(_ messages: [LanguageModelRequest.Message]) -> LanguageModelRequest {
        var request = LanguageModelRequest()
        request.messages = messages
        return request
    }

    /// Turns of a question of 50 and an answer of 50 tokens each.
    private func turns(_ count: Int) -> [LanguageModelRequest.Message] {
        (0..<count).flatMap { _ in
            [.user([.text(Self.text(50))]), .assistant(text: Self.text(50), toolCalls: [])]
        }
    }

    private func fit(
        _ messages: [LanguageModelRequest.Message], limit: Int, _ truncation: Truncation = .auto, instructions: Int = 0
    ) -> ContextWindow.Fit {
        ContextWindow(limit: limit, truncation: truncation, estimator: TokenEstimator())
            .fit(request(messages), instructions: instructions)
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
        #expect(fit(messages, limit: 450, instructions: 1) == .from(1 + 14))
        #expect(fit(messages, limit: 150, instructions: 1) == .from(1 + 18))
        #expect(fit(messages, limit: 0, instructions: 1) == .from(1 + 18))
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
        #expect(fit(messages, limit: 200) == .from(4))
        var request = request(turns(2))
        request.tools = [.init(name: Self.text(50), description: Self.text(50), parameters: .object([:]))]
        let window = ContextWindow(limit: 250, truncation: .auto, estimator: TokenEstimator())
        #expect(window.fit(request, instructions: 0) == .from(2))
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
