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
    /// The text without blanks, tabs and line ends at either end.
    package var trimmingBlanks: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
