import Core
import Foundation
import Pipeline

// The script: which answer a request gets.
extension ScriptedLanguageModel {
    private static let introduction = "This is the built-in demo model."
    /// Longest text that is repeated or read out, in characters.
    private static let longestQuotation = 600
    /// Bytes of a long text in which the script looks for a request: its end.
    private static let longestRequest = 1024
    /// Bytes of a text, or of a tool's result, of which it may repeat something: its beginning.
    private static let longestReading = 8192
    /// Results of tools that are read out.
    private static let mostResults = 16

    func answer(to request: LanguageModelRequest) throws(ProviderError) -> Answer {
        let heard = Self.lastUserText(in: request)
        let words = ScriptedLanguageModelWords(Self.end(of: heard ?? ""))
        if let call = try toolCall(for: request, words) { return call }
        let isFirst = !request.messages.contains {
            if case .assistant(let text?, _) = $0 { !text.isEmpty } else { false }
        }
        if let results = Self.toolResults(in: request) {
            return .text(isFirst ? "\(Self.introduction) \(results)" : results)
        }
        guard let heard else {
            return .text(isFirst ? "Hello! \(Self.introduction) How can I help you?" : "How can I help you?")
        }
        if let greeting = greeting(for: words) {
            return .text(isFirst ? "Hello! \(Self.introduction) \(greeting.afterIntroduction)" : greeting.text)
        }
        let text =
            farewell(for: words) ?? timeOrDate(for: words) ?? words.arithmetic ?? identity(for: words)
            ?? "You said: \(Self.quotation(heard))"
        return .text(isFirst ? "\(Self.introduction) \(text)" : text)
    }

    // MARK: What was said

    /// The text of the last user message, nil if the conversation has none; empty when it held only pictures or silence.
    private static func lastUserText(in request: LanguageModelRequest) -> String? {
        for message in request.messages.reversed() {
            guard case .user(let parts) = message else { continue }
            let texts = parts.compactMap { part in if case .text(let text) = part { text } else { nil } }
            return trimmed(texts.joined(separator: " "))
        }
        return nil
    }

    /// The end of `text`, where a request stands.
    private static func end(of text: String) -> String {
        guard text.utf8.count > longestRequest else { return text }
        return String(decoding: text.utf8.suffix(longestRequest).drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
    }

    /// The beginning of `text`, of which something may be repeated.
    private static func beginning(of text: String) -> String {
        guard text.utf8.count > longestReading else { return text }
        return String(decoding: text.utf8.prefix(longestReading), as: UTF8.self)
    }

    /// `text` without white space at its ends; a long text stays as it is.
    private static func trimmed(_ text: String) -> String {
        guard text.utf8.count <= longestReading else { return text }
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }

    private static func quotation(_ text: String) -> String {
        guard !text.isEmpty else { return "something that I could not make out." }
        let line = beginning(of: text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let short = line.count > longestQuotation ? line.prefix(longestQuotation) + "…" : line[...]
        return short.last?.isPunctuation == true ? String(short) : short + "."
    }

    /// The outputs of the tools that were called last, as a sentence each; nil if the last message is not a tool's.
    private static func toolResults(in request: LanguageModelRequest) -> String? {
        var outputs: [String] = []
        for message in request.messages.reversed() {
            guard case .tool(_, let output) = message, outputs.count < mostResults else { break }
            outputs.append(spoken(output))
        }
        return outputs.isEmpty ? nil : outputs.reversed().joined(separator: " ")
    }

    /// A tool's output as a sentence: the members of a JSON object as "name: value", anything else as it is.
    private static func spoken(_ output: String) -> String {
        let isShort = output.utf8.count <= longestReading
        let text =
            isShort
            ? (try? JSONValue.parse(output)).map { spoken($0) } ?? output
            : beginning(of: output)
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? "Done." : "The result is: \(quotation(trimmed))"
    }

    private static func spoken(_ value: JSONValue) -> String {
        switch value {
        case .null: "nothing"
        case .bool(let value): value ? "yes" : "no"
        case .integer(let value): String(value)
        case .number(let value): ScriptedLanguageModelWords.spoken(value)
        case .string(let text): text
        case .array(let values): values.map { spoken($0) }.joined(separator: ", ")
        case .object(let members):
            members.sorted { $0.key < $1.key }
                .map { "\($0.key.replacingOccurrences(of: "_", with: " ")): \(spoken($0.value))" }.joined(
                    separator: ", ")
        }
    }

    // MARK: Small talk

    private func greeting(for words: ScriptedLanguageModelWords) -> (text: String, afterIntroduction: String)? {
        if words.contains("how are you") || words.contains("how do you do") {
            return ("I am fine, thank you. How can I help you?", "I am fine, thank you. How can I help you?")
        }
        let greetings = ["hello", "hi", "hey", "hallo", "good morning", "good afternoon", "good evening", "greetings"]
        // "hello" alone or with a name, not "hello" at the start of a question.
        guard words.list.count <= 4, greetings.contains(where: { words.starts(with: $0) }) else { return nil }
        return ("Hello! How can I help you?", "How can I help you?")
    }

    private func farewell(for words: ScriptedLanguageModelWords) -> String? {
        if words.contains("thank you") || words.contains("thanks") { return "You are welcome." }
        if words.contains("goodbye") || words.contains("good bye") || words.list == ["bye"] { return "Goodbye!" }
        return nil
    }

    private func identity(for words: ScriptedLanguageModelWords) -> String? {
        if words.contains("who are you") || words.contains("your name") || words.contains("what are you") {
            return "I am the built-in demo model of Antiphon."
        }
        if words.contains("what can you do") || words.list == ["help"] || words.contains("help me") {
            return "I can greet you, tell the time and the date, calculate, call your tools and repeat what you say."
        }
        return nil
    }

    // MARK: Time

    private func timeOrDate(for words: ScriptedLanguageModelWords) -> String? {
        let asks =
            words.contains("what") || words.contains("what's") || words.contains("tell") || words.contains("which")
        let time = words.contains("what time") || words.contains("the time") || words.contains("what's the time")
        let date =
            words.contains("date") || words.contains("what day") || words.contains("which day")
            || words.contains("day is it")
        guard asks, time || date else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        if let zone = TimeZone(identifier: timeZone) ?? TimeZone(secondsFromGMT: 0) { calendar.timeZone = zone }
        let parts = calendar.dateComponents(
            [.year, .month, .day, .weekday, .hour, .minute],
            from: Date(timeIntervalSince1970: TimeInterval(clock().seconds)))
        guard let year = parts.year, let month = parts.month, let day = parts.day, let weekday = parts.weekday,
            let hour = parts.hour, let minute = parts.minute
        else { return nil }
        let minutes = minute < 10 ? "0\(minute)" : "\(minute)"
        let clockText = "It is \((hour + 11) % 12 + 1):\(minutes) \(hour < 12 ? "AM" : "PM")."
        let dateText = "Today is \(Self.weekdays[weekday - 1]), \(Self.months[month - 1]) \(day), \(year)."
        return time && date ? "\(dateText) \(clockText)" : time ? clockText : dateText
    }

    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}
