/// How the text of one setting becomes a value: the same rule checks the environment, a flag and the documented default.
package struct ConfigurationKind<Value: Sendable>: Sendable {
    /// What the text must be, as the end of the sentence "must be …".
    package let expectation: String
    /// The value of a text that fits the expectation, nil of any other.
    package let parse: @Sendable (String) -> Value?
    /// The text that stands for a value, for the table of defaults.
    package let render: @Sendable (Value) -> String
    /// Whether the text must never be shown.
    package let isSecret: Bool

    /// A kind with these rules.
    package init(
        expectation: String, isSecret: Bool = false, parse: @escaping @Sendable (String) -> Value?,
        render: @escaping @Sendable (Value) -> String
    ) {
        self.expectation = expectation
        self.isSecret = isSecret
        self.parse = parse
        self.render = render
    }
}

extension ConfigurationKind where Value == String {
    /// Any text that is not empty.
    package static var text: Self {
        ConfigurationKind(expectation: "a text", parse: { $0 }, render: { $0 })
    }

    /// Any text of at most `maximum` characters (Unicode scalars) that is not blank.
    package static func text(maximum: Int) -> Self {
        ConfigurationKind(
            expectation: "a text of at most \(maximum) characters", parse: { $0.fits(maximum) ? $0 : nil },
            render: { $0 })
    }

    /// The path of a file or directory.
    package static var path: Self {
        ConfigurationKind(expectation: "a path", parse: { $0 }, render: { $0 })
    }

    /// A host name or numeric address without scheme or port.
    package static var host: Self {
        ConfigurationKind(
            expectation: "a host name or an address",
            parse: { text in text.contains(where: { $0.isWhitespace || $0 == "/" }) ? nil : text }, render: { $0 })
    }

    /// One of a closed set of words, compared without regard to case.
    package static func choice(_ words: [String]) -> Self {
        ConfigurationKind(
            expectation: "one of " + words.joined(separator: ", "),
            parse: { text in words.contains(text.lowercased()) ? text.lowercased() : nil }, render: { $0 })
    }

    /// An absolute URL with one of these schemes and something behind it, kept as written.
    package static func url(_ schemes: String...) -> Self {
        let starts = schemes.map { "\($0)://" }
        return ConfigurationKind(
            expectation: "a URL that starts with " + starts.joined(separator: " or "),
            parse: { text in
                let lower = text.lowercased()
                guard let start = starts.first(where: lower.hasPrefix), text.count > start.count else { return nil }
                return text.contains(where: \.isWhitespace) ? nil : text
            }, render: { $0 })
    }
}

extension ConfigurationKind where Value == [String] {
    /// Texts separated by commas; blanks around them do not count, empty ones are left out.
    package static var list: Self {
        ConfigurationKind(
            expectation: "texts separated by commas",
            parse: { text in
                text.split(separator: ",").map { $0.trimmingBlanks }.filter { !$0.isEmpty }
            }, render: { $0.joined(separator: ",") })
    }
}

extension ConfigurationKind where Value == [String] {
    /// Texts separated by commas, so many of them, each of at most `maximum` characters; blanks around them do not count.
    package static func texts(_ count: ClosedRange<Int>, maximum: Int) -> Self {
        ConfigurationKind(
            expectation:
                "\(count.lowerBound) to \(count.upperBound) texts separated by commas, each of at most \(maximum) characters",
            parse: { text in
                let texts = list.parse(text) ?? []
                return count.contains(texts.count) && texts.allSatisfy { $0.fits(maximum) } ? texts : nil
            }, render: list.render)
    }
}

extension ConfigurationKind where Value == [String: String] {
    /// `name=text` pairs separated by commas, at most `count` of them; texts of at most `maximum` characters.
    package static func pairs(atMost count: Int, maximum: Int) -> Self {
        ConfigurationKind(
            expectation:
                "at most \(count) pairs name=text separated by commas, each text of at most \(maximum) characters",
            parse: { text in
                var pairs: [String: String] = [:]
                for part in list.parse(text) ?? [] {
                    let name = part.prefix { $0 != "=" }.trimmingBlanks
                    let value = part.dropFirst(part.prefix { $0 != "=" }.count)
                    guard !value.isEmpty, !name.isEmpty, value.unicodeScalars.count <= maximum + 1 else { return nil }
                    pairs[name] = value.dropFirst().trimmingBlanks
                }
                return pairs.count <= count ? pairs : nil
            },
            render: { pairs in
                pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            })
    }

    private static var list: ConfigurationKind<[String]> { .list }
}

extension ConfigurationKind where Value == [String: JSONValue] {
    /// A JSON object without the members named in `reserved`.
    package static func members(except reserved: [String]) -> Self {
        ConfigurationKind(
            expectation: "a JSON object without " + reserved.joined(separator: ", "),
            parse: { text in
                guard let members = (try? JSONValue.parse(text))?.object else { return nil }
                return members.keys.contains { reserved.contains($0.lowercased()) } ? nil : members
            }, render: { JSONValue.object($0).serialized })
    }
}

extension ConfigurationKind where Value: RawRepresentable<String> & CaseIterable {
    /// One of the words that `Value` has, compared without regard to case.
    package static var choice: Self {
        let words = ConfigurationKind<String>.choice(Value.allCases.map(\.rawValue))
        return ConfigurationKind(
            expectation: words.expectation, parse: { text in words.parse(text).flatMap(Value.init) },
            render: { $0.rawValue })
    }
}

extension ConfigurationKind {
    /// What `kind` takes, or the word `none`.
    package static func optional<Present>(_ kind: ConfigurationKind<Present>) -> Self where Value == Present? {
        ConfigurationKind(
            expectation: kind.expectation + ", or none", isSecret: kind.isSecret,
            parse: { text in text == "none" ? .some(nil) : kind.parse(text).map { .some($0) } },
            render: { value in value.map(kind.render) ?? "none" })
    }
}

extension ConfigurationKind where Value == Int {
    /// A whole number in `range`.
    package static func count(_ range: ClosedRange<Int>) -> Self {
        ConfigurationKind(
            expectation: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }, render: { String($0) })
    }

    /// A TCP port; 0 lets the system choose one.
    package static var port: Self {
        ConfigurationKind(
            expectation: "a port from 0 to 65535",
            parse: { text in Int(text).flatMap { (0...65535).contains($0) ? $0 : nil } }, render: { String($0) })
    }
}

extension ConfigurationKind where Value == Double {
    /// A decimal number in `range`.
    package static func number(_ range: ClosedRange<Double>) -> Self {
        ConfigurationKind(
            expectation: "a number from \(range.lowerBound) to \(range.upperBound)",
            parse: { text in Double(text).flatMap { range.contains($0) ? $0 : nil } }, render: { String($0) })
    }
}

extension ConfigurationKind where Value == Bool {
    /// true or false, in the usual spellings.
    package static var boolean: Self {
        ConfigurationKind(
            expectation: "true or false",
            parse: { text in
                switch text.lowercased() {
                case "true", "yes", "on", "1": true
                case "false", "no", "off", "0": false
                default: nil
                }
            }, render: { String($0) })
    }
}

extension ConfigurationKind where Value == Duration {
    /// A whole number of milliseconds in `range`; the setting's name ends in `_MS`.
    package static func milliseconds(_ range: ClosedRange<Int>) -> Self {
        ConfigurationKind(
            expectation: "a whole number of milliseconds from \(range.lowerBound) to \(range.upperBound)",
            parse: { text in
                Int(text).flatMap { range.contains($0) ? .milliseconds($0) : nil }
            }, render: { String($0.wholeMilliseconds) })
    }
}

extension ConfigurationKind where Value == Secret {
    /// A text that is never shown, of at least `minimumLength` characters.
    ///
    /// It may also come from the file that `NAME_FILE` names.
    package static func secret(minimumLength: Int = 1) -> Self {
        ConfigurationKind(
            expectation: minimumLength == 1 ? "a secret" : "a secret of \(minimumLength) characters or more",
            isSecret: true,
            parse: { text in text.count < minimumLength ? nil : Secret(text) }, render: { _ in "***" })
    }
}

extension StringProtocol {
    /// Whether the text has something else than blanks and at most `maximum` Unicode scalars.
    package func fits(_ maximum: Int) -> Bool {
        !allSatisfy(\.isWhitespace) && (utf8.count <= maximum || unicodeScalars.count <= maximum)
    }

    /// The text without blanks, tabs and line ends at either end.
    package var trimmingBlanks: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
