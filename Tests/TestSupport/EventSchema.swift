internal import Core

/// One class of the event inventory: its fields, and the type of each, read from the inventory's notation once.
struct EventSchema: Sendable {
    /// A type of the notation: `string`, `"literal"`, `#Class`, `[type]`, `{string: string}`, `a | b`.
    indirect enum Kind: Sendable {
        case word(String)
        case object(String)
        case array(Kind)
        case strings
        case union([Kind])

        init(_ text: String) {
            let alternatives = Self.split(text)
            if alternatives.count > 1 {
                self = .union(alternatives.map { Kind($0) })
            } else if text.hasPrefix("#") {
                self = .object(String(text.dropFirst()))
            } else if text.hasPrefix("[") {
                self = .array(Kind(String(text.dropFirst().dropLast())))
            } else if text.hasPrefix("{") {
                self = .strings
            } else {
                self = .word(text)
            }
        }

        /// The alternatives of a union, brackets respected.
        private static func split(_ type: String) -> [String] {
            var result: [String] = []
            var current = ""
            var depth = 0
            for character in type {
                if "[{".contains(character) { depth += 1 }
                if "]}".contains(character) { depth -= 1 }
                if character == "|", depth == 0 {
                    result.append(current.trimming { $0 == " " })
                    current = ""
                } else {
                    current.append(character)
                }
            }
            return result + [current.trimming { $0 == " " }]
        }
    }

    let required: [String]
    let types: [String: Kind]

    init(_ entry: JSONValue) {
        let required = entry["required"]?.object ?? [:]
        self.required = required.keys.sorted()
        types = required.merging(entry["optional"]?.object ?? [:]) { own, _ in own }
            .mapValues { Kind($0.string ?? "any") }
    }
}

extension String {
    /// The text without the characters at both ends that `isBlank` names.
    fileprivate func trimming(_ isBlank: (Character) -> Bool) -> String {
        String(reversed().drop(while: isBlank).reversed().drop(while: isBlank))
    }
}
