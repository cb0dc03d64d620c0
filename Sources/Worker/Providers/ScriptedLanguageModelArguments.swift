import Core
import Pipeline

/// Fills a tool's parameters from the sentence that asked for it: numbers with numbers heard, enumerations with the value
/// heard, text with the rest of the sentence.
struct ScriptedLanguageModelArguments {
    /// Schemas nested deeper than this get empty objects.
    private static let deepest = 4

    private let words: ScriptedLanguageModelWords
    private let rest: String
    private var numbers: [Double]

    /// Arguments from `words`, of which `toolName` is the tool's name itself.
    init(_ words: ScriptedLanguageModelWords, toolName: Range<Int>?) {
        self.words = words
        let after = words.originals[(toolName?.upperBound ?? 0)...]
        let candidate = Self.withoutEdges(after)
        rest = candidate.isEmpty ? Self.withoutEdges(words.originals[..<(toolName?.lowerBound ?? 0)]) : candidate
        numbers = words.numbers.map(\.value)
    }

    /// The argument object for a JSON Schema: required members, and optional ones that were clearly said.
    mutating func fill(_ schema: JSONValue?, depth: Int = 0) -> JSONValue {
        guard let properties = schema?["properties"]?.object, depth < Self.deepest else { return .object([:]) }
        let required = schema?["required"]?.array?.compactMap(\.string) ?? []
        var result: [String: JSONValue] = [:]
        for key in required where result[key] == nil {
            result[key] = value(for: properties[key] ?? .object([:]), depth: depth)
        }
        for (key, property) in properties.sorted(by: { $0.key < $1.key }) where result[key] == nil {
            if let choices = property["enum"]?.array { result[key] = choice(among: choices) }
        }
        return .object(result)
    }

    private mutating func value(for schema: JSONValue, depth: Int) -> JSONValue {
        if let constant = schema["const"] { return constant }
        if let choices = schema["enum"]?.array {
            return choice(among: choices) ?? schema["default"] ?? choices.first ?? .null
        }
        switch type(of: schema) {
        case "integer":
            guard let number = nextNumber() else { return schema["default"] ?? schema["minimum"] ?? .integer(0) }
            return Int(exactly: number.rounded()).map { .integer($0) } ?? .integer(0)
        case "number":
            guard let number = nextNumber() else { return schema["default"] ?? schema["minimum"] ?? .integer(0) }
            return Int(exactly: number).map { .integer($0) } ?? .number(number)
        case "boolean":
            let negations: Set = ["no", "not", "off", "false", "don't", "disable", "without"]
            return .bool(!words.list.contains { negations.contains($0) })
        case "array":
            let items = schema["items"] ?? .object([:])
            return type(of: items) == "string" && rest.isEmpty
                ? .array([]) : .array([value(for: items, depth: depth + 1)])
        case "object": return fill(schema, depth: depth + 1)
        case "null": return .null
        default: return rest.isEmpty ? schema["default"] ?? .string("") : .string(rest)
        }
    }

    /// The first type that is not null; text where the schema does not say.
    private func type(of schema: JSONValue) -> String {
        schema["type"]?.string ?? schema["type"]?.array?.compactMap(\.string).first { $0 != "null" } ?? "string"
    }

    private mutating func nextNumber() -> Double? { numbers.isEmpty ? nil : numbers.removeFirst() }

    /// The choice whose words were said, the longest one.
    private func choice(among choices: [JSONValue]) -> JSONValue? {
        let said = choices.filter { choice in
            switch choice {
            case .string(let text):
                let parts = ScriptedLanguageModel.parts(of: text)
                return !parts.isEmpty && words.contains(parts.joined(separator: " "))
            case .integer, .number: return choice.number.map { numbers.contains($0) } ?? false
            default: return false
            }
        }
        return said.max { ($0.string?.count ?? 0) < ($1.string?.count ?? 0) }
    }

    /// Words without the prepositions and courtesies around them: "in Paris please" is "Paris".
    private static func withoutEdges(_ words: ArraySlice<String>) -> String {
        let leading: Set = [
            "in", "for", "at", "of", "to", "about", "on", "from", "with", "the", "a", "an", "please", "and", "that",
            "saying",
            "can", "could", "you", "would", "i", "want",
        ]
        let trailing: Set = ["please", "now", "thanks", "the", "a", "tool", "function", "to", "you"]
        let kept = words.drop { leading.contains($0.lowercased()) }.reversed().drop {
            trailing.contains($0.lowercased())
        }
        return kept.reversed().joined(separator: " ")
    }
}
