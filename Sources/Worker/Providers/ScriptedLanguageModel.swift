package import Core
import Foundation
package import Pipeline

/// The built-in demo model: a fixed script, no neural network, so that the product answers without any account.
///
/// It greets, tells time and date, calculates, calls a client's tool whose name it hears, speaks a tool's result and otherwise
/// repeats what was said; its first answer in a conversation says what it is. The same request and clock give the same answer.
package struct ScriptedLanguageModel: LanguageModel {
    /// As in `LLM_PROVIDER`.
    package let name = "scripted"
    /// What operators see.
    package let model = "built-in-demo"
    /// The script reads text only.
    package let acceptsImages = false
    /// A script understands nothing that it could summarise.
    package let canSummarize = false

    let clock: @Sendable () -> UnixTime
    let timeZone: String
    private let wordDelay: Duration

    /// A demo model.
    /// - Parameters:
    ///   - timeZone: an IANA name for spoken times; one that the system does not know means UTC.
    ///   - wordDelay: time between two words of an answer, to imitate a slower model.
    ///   - clock: the time of day; read once per answer, on any thread.
    package init(
        timeZone: String = TimeZone.current.identifier, wordDelay: Duration = .zero,
        clock: @escaping @Sendable () -> UnixTime = { UnixTime(seconds: Int64(Date().timeIntervalSince1970)) }
    ) {
        self.clock = clock
        self.timeZone = timeZone
        self.wordDelay = wordDelay
    }

    /// Writes the answer that the script has for the request, word by word.
    package func generate(
        _ request: LanguageModelRequest, onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        let input = Self.inputTokens(of: request)
        switch try answer(to: request) {
        case .text(let text):
            let limit = max(0, request.maxOutputTokens ?? .max)
            var count = 0
            for word in Self.deltas(of: text) {
                guard count < limit else { return result(.length, input, count) }
                if count > 0 { try await pause() }
                try onEvent(.textDelta(word))
                count += 1
            }
            return result(.stop, input, count)
        case .toolCall(let name, let arguments):
            // A call that does not fit is not begun: half a call helps nobody.
            let cost = Self.words(in: arguments) + 1
            if let limit = request.maxOutputTokens, cost > limit { return result(.length, input, 0) }
            try onEvent(.toolCallStarted(index: 0, id: "", name: name))
            for delta in Self.deltas(of: arguments) {
                try await pause()
                try onEvent(.toolCallArgumentsDelta(index: 0, delta: delta))
            }
            return result(.toolCalls, input, cost)
        }
    }

    /// What it does about a request.
    enum Answer: Equatable {
        case text(String)
        case toolCall(name: String, arguments: String)
    }

    private func pause() async throws(ProviderError) {
        if wordDelay > .zero { try? await Task.sleep(for: wordDelay) }
        if Task.isCancelled {
            throw ProviderError(.languageModel, provider: name, .cancelled, "The answer was cancelled.")
        }
    }

    // MARK: Counting

    private func result(
        _ reason: LanguageModelResult.FinishReason, _ input: Int, _ output: Int
    ) -> LanguageModelResult {
        LanguageModelResult(finishReason: reason, usage: .init(input: input, output: output))
    }

    /// An estimate: one token per word of every message and of every tool's name and description.
    private static func inputTokens(of request: LanguageModelRequest) -> Int {
        var count = 0
        for message in request.messages {
            switch message {
            case .system(let text): count += words(in: text)
            case .user(let parts): for case .text(let text) in parts { count += words(in: text) }
            case .assistant(let text, let calls):
                count += words(in: text ?? "")
                for call in calls { count += 1 + words(in: call.arguments) }
            case .tool(_, let output): count += words(in: output)
            }
        }
        for tool in request.tools { count += 1 + words(in: tool.description ?? "") }
        return count
    }

    /// Words parted by ASCII white space: one pass over the bytes.
    private static func words(in text: String) -> Int {
        var count = 0
        var isInWord = false
        for byte in text.utf8 {
            let isWord = byte > UInt8(ascii: " ")
            if isWord, !isInWord { count += 1 }
            isInWord = isWord
        }
        return count
    }

    /// The text word by word, each with the white space before it, as language models stream.
    private static func deltas(of text: String) -> [String] {
        var result: [String] = []
        var current = ""
        var hasWord = false
        for character in text {
            if character.isWhitespace, hasWord {
                result.append(current)
                (current, hasWord) = ("", false)
            }
            current.append(character)
            if !character.isWhitespace { hasWord = true }
        }
        if !current.isEmpty { result.append(current) }
        return result
    }
}
