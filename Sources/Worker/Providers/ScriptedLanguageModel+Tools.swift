import Core
import Pipeline

// Calling the client's tools: by name, with what was said as arguments.
extension ScriptedLanguageModel {
    /// The call that the request asks for, by its tool choice or by a tool's name in the user's words; nil if none.
    func toolCall(for request: LanguageModelRequest, _ words: ScriptedLanguageModelWords) throws(ProviderError)
        -> Answer?
    {
        let heard = Self.mention(of: request.tools, in: words)
        switch request.toolChoice {
        case .none: return nil
        case .auto:
            // A tool's result is spoken, not answered with the same call again.
            if case .tool = request.messages.last { return nil }
            return heard.map { Self.call($0.tool, words, after: $0.range) }
        case .required:
            guard let tool = heard?.tool ?? request.tools.first else {
                throw ProviderError(
                    .languageModel, provider: name, .invalidRequest, "A tool call is required but there are no tools.")
            }
            return Self.call(tool, words, after: heard?.range)
        case .function(let wanted):
            guard let tool = request.tools.first(where: { $0.name == wanted }) else {
                throw ProviderError(
                    .languageModel, provider: name, .invalidRequest,
                    "The tool choice names a tool that is not among the tools.")
            }
            return Self.call(tool, words, after: Self.mention(of: [tool], in: words)?.range)
        }
    }

    private static func call(
        _ tool: LanguageModelRequest.Tool, _ words: ScriptedLanguageModelWords, after range: Range<Int>?
    ) -> Answer {
        var arguments = ScriptedLanguageModelArguments(words, toolName: range)
        return .toolCall(name: tool.name, arguments: arguments.fill(tool.parameters).serialized)
    }

    // MARK: Names

    /// The tool whose name was said, the longest name first, and where.
    private static func mention(
        of tools: [LanguageModelRequest.Tool], in words: ScriptedLanguageModelWords
    ) -> (tool: LanguageModelRequest.Tool, range: Range<Int>)? {
        var best: (tool: LanguageModelRequest.Tool, range: Range<Int>, length: Int)?
        for tool in tools {
            let parts = parts(of: tool.name)
            guard !parts.isEmpty, let range = position(of: parts, in: words.list) else { continue }
            if best.map({ parts.count > $0.length }) ?? true { best = (tool, range, parts.count) }
        }
        return best.map { ($0.tool, $0.range) }
    }

    /// "get_weather", "getWeather" and "get-weather" are both "get" and "weather".
    static func parts(of name: String) -> [String] {
        var parts: [String] = []
        var current = ""
        var previousIsLower = false
        for character in name {
            let startsPart = character.isUppercase && previousIsLower
            if startsPart || !(character.isLetter || character.isNumber) {
                if !current.isEmpty { parts.append(current.lowercased()) }
                current = ""
            }
            if character.isLetter || character.isNumber { current.append(character) }
            previousIsLower = character.isLowercase
        }
        if !current.isEmpty { parts.append(current.lowercased()) }
        return parts
    }

    /// Where `parts` are said one after the other, with articles between them ("get the weather") or run together.
    private static func position(of parts: [String], in words: [String]) -> Range<Int>? {
        let joined = parts.joined()
        for start in words.indices {
            var (index, found) = (start, 0)
            while index < words.count, found < parts.count {
                if words[index] == parts[found] {
                    found += 1
                } else if found == 0 || !fillers.contains(words[index]) {
                    break
                }
                index += 1
            }
            if found == parts.count { return start..<index }
            var text = ""
            for end in start..<min(words.count, start + 4) {
                text += words[end]
                if text == joined { return start..<end + 1 }
                guard joined.hasPrefix(text) else { break }
            }
        }
        return nil
    }

    private static let fillers: Set<String> = ["the", "a", "an", "my", "me", "your", "our", "current", "please"]
}
