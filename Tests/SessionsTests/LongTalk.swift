import Core
import Foundation
import Pipeline
import RealtimeProtocol
import Sessions

/// A written conversation of turns of about a hundred tokens, and the summaries that are asked for meanwhile.
final class LongTalk {
    let talk: ScriptedConversation
    private var seen = 0
    /// Every summary asked for.
    private(set) var requests: [SummaryRequest] = []
    /// The summaries that were stopped.
    private(set) var cancelled: [Int] = []
    private(set) var reports: [SummaryReport] = []

    /// The model reads `context` tokens, of which a conversation of `budget` is shown.
    init(
        budget: Int? = 2000, context: Int = 28_000, canSummarize: Bool = true,
        _ configure: (inout SessionConfiguration) -> Void = { _ in },
        settings change: (inout SessionSettings) -> Void = { _ in }
    ) {
        var settings = SessionSettings()
        settings.contextTokens = context
        change(&settings)
        talk = ScriptedConversation(
            configure: { configuration in
                configuration.outputModality = .text
                configuration.input.turnDetection = nil
                configuration.instructions = "Be kind."
                configuration.behavior.summary.budget = budget
                configure(&configuration)
            }, settings: settings, canSummarize: canSummarize)
    }

    var outcomes: [SummaryOutcome] { reports.map(\.outcome) }
    /// The summary under way.
    var pending: SummaryRequest? {
        look()
        return requests.last.flatMap { last in
            cancelled.contains(last.id) || ended.contains(last.id) ? nil : last
        }
    }
    private var ended: Set<Int> = []

    /// One turn: a question, and an answer of the model; what the model saw.
    @discardableResult
    func turn(_ number: Int, tool: Bool = false, length: Int = 150) -> [LanguageModelRequest.Message] {
        talk.client(.itemCreate(.user("question \(number) \(filler(length))", id: "u\(number)"), previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        var seen = talk.response.flatMap { talk.plans[$0] }?.model.messages ?? []
        if tool, let id = talk.response {
            talk.input(.response(id, .toolCallStarted(index: 0, name: "look_up")))
            talk.input(.response(id, .toolCallArgumentsDelta(index: 0, delta: "{\"number\":\(number)}")))
            talk.finishResponse(.toolCalls, spoken: false)
            talk.client(.itemCreate(result(of: lastCall, "result \(number)"), previous: .tail))
            talk.client(.responseCreate(ResponseRequest()))
            seen = talk.response.flatMap { talk.plans[$0] }?.model.messages ?? []
        }
        answer("answer \(number) \(filler(length))")
        look()
        return seen
    }

    func turns(_ range: ClosedRange<Int>) { for number in range { turn(number) } }

    func answer(_ text: String) {
        guard let id = talk.response else { return }
        talk.input(.response(id, .textDelta(text)))
        talk.input(.response(id, .modelFinished(LanguageModelResult(finishReason: .stop))))
    }

    /// The summary under way is written.
    func write(_ text: String, _ reason: LanguageModelResult.FinishReason = .stop) {
        guard let id = pending?.id else { return }
        ended.insert(id)
        talk.input(
            .summaryReady(id, text, LanguageModelResult(finishReason: reason, usage: .init(input: 900, output: 60))))
        look()
    }

    /// The summary under way fails.
    func fail() {
        guard let id = pending?.id else { return }
        ended.insert(id)
        talk.input(.summaryFailed(id, ProviderError(.languageModel, provider: "p", .unavailable, "Gone.")))
        look()
    }

    /// What the model sees now, beside the instructions.
    var prompt: [LanguageModelRequest.Message] {
        talk.client(.responseCreate(ResponseRequest()))
        defer { talk.client(.responseCancel(nil)) }
        return talk.response.flatMap { talk.plans[$0] }.map { Array($0.model.messages.dropFirst()) } ?? []
    }

    var lastCall: CallID {
        for item in talk.items.reversed() { if case .functionCall(let call) = item.content { return call.callID } }
        return CallID("none")
    }

    func result(of call: CallID, _ output: String) -> ConversationItem {
        ConversationItem(id: ItemID(""), content: .functionCallOutput(callID: call, output: output))
    }

    func look() {
        for action in talk.actions[seen...] {
            switch action {
            case .summarize(let request): requests.append(request)
            case .cancelSummary(let id): cancelled.append(id)
            case .reportSummary(let report): reports.append(report)
            default: break
            }
        }
        seen = talk.actions.count
    }

    private func filler(_ length: Int) -> String { String(repeating: "abcd ", count: length / 5) }
}

extension [LanguageModelRequest.Message] {
    /// The numbers of the questions in it.
    var questions: [Int] {
        compactMap { message in
            guard case .user(let parts) = message, case .text(let text)? = parts.first else { return nil }
            let words = text.split(separator: " ", maxSplits: 2)
            return words.first == "question" ? words.dropFirst().first.flatMap { Int($0) } : nil
        }
    }

    /// All of its words.
    var text: String {
        map { message in
            switch message {
            case .system(let text): text
            case .user(let parts):
                parts.map { if case .text(let text) = $0 { text } else { "" } }.joined(separator: " ")
            case .assistant(let text, let calls): (text ?? "") + calls.map(\.arguments).joined(separator: " ")
            case .tool(_, let output): output
            }
        }.joined(separator: "\n")
    }

    /// Tokens by the rule of thumb.
    var tokens: Int { reduce(0) { $0 + TokenEstimator().tokens(in: PromptSize(of: $1)) } }

    /// Whether each result stands behind its call, and each call has its result.
    var pairsCalls: Bool {
        var open: [String] = []
        for message in self {
            switch message {
            case .assistant(_, let calls):
                guard open.isEmpty else { return false }
                open = calls.map(\.id)
            case .tool(let id, _):
                guard open.first == id else { return false }
                open.removeFirst()
            case .user, .system: guard open.isEmpty else { return false }
            }
        }
        return open.isEmpty
    }
}
