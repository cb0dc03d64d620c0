import Core
import Foundation
import RealtimeProtocol
import TestSupport
import Testing

/// The table of `antiphon` as people read it, and as tools do.
@Suite("README: behaviour")
struct BehaviorReadmeTests {
    @Test("has the table of all fields as the programs know them")
    func readme() throws {
        var lines = ["| Field | Default | May be | Setting | Meaning |", "|---|---|---|---|---|"]
        for field in BehaviorField.all {
            let fallback = field.fallback == "null" ? "none" : "`\(field.fallback)`"
            lines.append(
                "| `\(field.path)` | \(fallback) | \(field.range) | `\(field.declaration.name)` | "
                    + "\(field.declaration.meaning) |")
        }
        try GeneratedText(markdown: "README.md", "behavior").check(lines.joined(separator: "\n") + "\n")
    }

    @Test("has the same fields in openapi.yaml")
    func contract() throws {
        let margin = String(repeating: " ", count: 8)
        var lines: [String] = []
        for group in BehaviorField.groups {
            lines += ["\(group.name):", "  type: [object, 'null']", "  additionalProperties: false", "  properties:"]
            for field in group.fields {
                lines.append("    \(field.name):")
                lines.append("      description: \(field.declaration.meaning.yaml)")
                lines += field.schema.map { "      \($0.key): \($0.value.withNull(in: $0.key).yaml)" }
                lines.append("      default: \(field.fallback)")
            }
        }
        try GeneratedText(yaml: "openapi.yaml", "behavior")
            .check(lines.map { margin + $0 + "\n" }.joined() + margin)
    }

    @Test("has a sample of the environment that says what is the default, and nothing that does not exist")
    func sample() throws {
        let file = URL(filePath: #filePath).appending(path: "../../../deploy/antiphon.env").standardizedFileURL
        let settings = Dictionary(uniqueKeysWithValues: Settings.everything.map { ($0.name, $0) })
        var names: Set<String> = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let isLeftOut = line.hasPrefix("#")
            guard !line.hasPrefix("# ") else { continue }
            let parts = line.dropFirst(isLeftOut ? 1 : 0).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let setting = try #require(settings[String(parts[0])], "\(line)")
            names.insert(setting.name)
            if !isLeftOut { #expect(setting.defaultText.map { $0[...] } == parts.last, "\(line)") }
        }
        let wellKnown = Settings.everything.map(\.name).filter {
            $0.hasPrefix("ACKNOWLEDGEMENT_") || $0.hasPrefix("TYPING_SOUND_") || $0.hasPrefix("VAD_")
        }
        #expect(names.isSuperset(of: wellKnown))
    }
}

extension BehaviorField {
    /// The default as JSON.
    fileprivate var fallback: String {
        var configuration = SessionConfiguration(model: "")
        configuration.showsBehavior = true
        var output: [UInt8] = []
        let session = SessionObject(id: SessionID(""), configuration: configuration, expiresAt: 0)
        GARealtimeCodec().encode(.sessionUpdated(session), eventID: EventID(""), into: &output)
        return (try? JSONValue.parse(output))?["session"]?["antiphon"]?[group]?[name]?.serialized ?? "?"
    }

    /// What the schema allows, in words.
    fileprivate var range: String {
        let schema = Dictionary(uniqueKeysWithValues: schema.map { ($0.key, $0.value) })
        func number(_ key: String) -> String {
            schema[key]?.number.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" } ?? "?"
        }
        let isNullable = schema["type"]?.array != nil
        let words =
            switch schema["type"]?.string ?? schema["type"]?.array?.first?.string {
            case "boolean": "true or false"
            case "integer", "number": "\(number("minimum")) to \(number("maximum"))"
            case "string":
                schema["enum"]?.array.map { $0.compactMap(\.string).joined(separator: ", ") }
                    ?? "1 to \(number("maxLength")) characters"
            case "array" where schema["items"]?["type"]?.string == "object":
                "at most \(number("maxItems")) objects"
            case "array":
                "\(number("minItems")) to \(number("maxItems")) texts of 1 to \(schema["items"]?["maxLength"]?.integer ?? 0) characters"
            default:
                "at most \(number("maxProperties")) texts of at most \(schema["additionalProperties"]?["maxLength"]?.integer ?? 0) characters"
            }
        return words + (isNullable ? ", or null" : "")
    }
}

extension JSONValue {
    /// A type or an enumeration that has null too: it gives a field back.
    fileprivate func withNull(in key: String) -> JSONValue {
        switch (key, self) {
        case ("type", .string): .array([self, .string("null")])
        case ("enum", .array(let words)): .array(words + [.null])
        default: self
        }
    }

    /// The value in YAML's flow style.
    fileprivate var yaml: String {
        switch self {
        case .string(let text): text.yaml
        case .array(let elements): "[" + elements.map(\.yaml).joined(separator: ", ") + "]"
        case .object(let members):
            "{ " + members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.yaml)" }.joined(separator: ", ")
                + " }"
        case .number(let number) where number == number.rounded(): String(Int(number))
        default: serialized
        }
    }
}

extension String {
    /// A scalar, quoted where it would be taken for something else.
    fileprivate var yaml: String {
        let isPlain = first?.isLetter == true && self != "null" && !contains(": ") && !contains(" #")
        return isPlain ? self : "'" + replacing("'", with: "''") + "'"
    }
}
