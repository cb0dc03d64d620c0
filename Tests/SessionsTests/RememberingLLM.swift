import Core
import EventLoops
import Foundation
import Pipeline

/// A model that answers as it is told and summarises honestly: it carries on the facts that stand in what it is given to
/// summarise, and no others.
struct RememberingLLM: LanguageModel {
    enum Answer: Sendable {
        case text(String)
        case call(String, arguments: String)
    }

    let name = "remembering"
    let model = "script"
    let acceptsImages = false
    let loop: any EventLoop
    var delay = Duration.milliseconds(200)
    var summaryDelay = Duration.seconds(4)
    let requests: LoopLog<LanguageModelRequest>
    let summaries: LoopLog<LanguageModelRequest>
    let cancelled: LoopLog<MonotonicInstant>
    var answer: @Sendable (LanguageModelRequest) -> Answer

    /// A fact is a word that begins like this.
    static let mark = "fact:"

    func generate(
        _ request: LanguageModelRequest, onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        (request.isSummary ? summaries : requests).append(request)
        do { try await loop.sleep(for: request.isSummary ? summaryDelay : delay) } catch {
            cancelled.append(loop.now)
            throw ProviderError(.languageModel, provider: name, .cancelled, "Cancelled.")
        }
        if request.isSummary {
            try onEvent(.textDelta("It was said: " + Self.facts(in: request).joined(separator: " ")))
            return LanguageModelResult(finishReason: .stop)
        }
        switch answer(request) {
        case .text(let text):
            try onEvent(.textDelta(text))
            return LanguageModelResult(finishReason: .stop)
        case .call(let name, let arguments):
            try onEvent(.toolCallStarted(index: 0, id: "", name: name))
            try onEvent(.toolCallArgumentsDelta(index: 0, delta: arguments))
            return LanguageModelResult(finishReason: .toolCalls)
        }
    }

    /// The facts of the record, read as the lines of JSON that it is.
    private static func facts(in request: LanguageModelRequest) -> [String] {
        guard case .user(let parts)? = request.messages.last, case .text(let record)? = parts.first else { return [] }
        var facts: [String] = []
        for line in record.split(separator: "\n") {
            guard let members = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String] else {
                continue
            }
            for key in members.keys.sorted() {
                for word in (members[key] ?? "").split(whereSeparator: \.isWhitespace)
                where word.hasPrefix(mark) && !facts.contains(String(word)) {
                    facts.append(String(word))
                }
            }
        }
        return facts
    }
}
