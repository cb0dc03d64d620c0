/// What is spoken of a piece of text that was written to be read: the words without the marks of Markdown, emoji and addresses of
/// links. The transcript keeps the text as the model wrote it.
package enum SpeakableText {
    /// The words of `text`, white space collapsed; empty when there is nothing to say.
    package static func spoken(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var isPendingSpace = false
        for scalar in unlinked(text).unicodeScalars where !marks.contains(scalar) && !isPicture(scalar) {
            if scalar.properties.isWhitespace {
                isPendingSpace = true
                continue
            }
            if isPendingSpace, !result.isEmpty { result.append(" ") }
            isPendingSpace = false
            result.append(scalar)
        }
        let words = String(result)
        return words.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil } ? words : ""
    }

    /// `[words](address)` becomes `words`; list bullets at the start of a line go.
    private static func unlinked(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "["), let middle = rest[open...].firstRange(of: "]("),
            let close = rest[middle.upperBound...].firstIndex(of: ")")
        {
            result += rest[..<open]
            result += rest[rest.index(after: open)..<middle.lowerBound]
            rest = rest[rest.index(after: close)...]
        }
        result += rest
        let lines = result.split(separator: "\n", omittingEmptySubsequences: false).map { line -> Substring in
            let content = line.drop { $0.isWhitespace }
            for bullet in ["- ", "+ ", "• "] where content.hasPrefix(bullet) { return content.dropFirst(2) }
            return line
        }
        return lines.joined(separator: "\n")
    }

    private static let marks: Set<Unicode.Scalar> = ["*", "_", "`", "#", "~", "|", "\u{FE0F}", "\u{200D}"]

    /// Whether the character is a picture: emoji other than the digits and signs that can be shown as one.
    private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value > 0x238C && scalar.properties.isEmoji
    }
}
