extension SpeakableWriter {
    /// Marks of headings, list items, tasks and quotations at the start of a line, one within the other.
    func prefixLength(_ line: ArraySlice<Unicode.Scalar>) -> Int {
        var rest = line
        for _ in 0..<6 {
            guard let first = rest.first else { break }
            let run = rest.prefix { $0 == "#" || $0 == ">" }.count
            let marks = "#>".unicodeScalars.contains(first) ? run : "-*+•‣◦".unicodeScalars.contains(first) ? 1 : 0
            guard marks > 0, let after = rest.dropFirst(marks).first, after.isSpace else { break }
            rest = rest.dropFirst(marks).drop(while: \.isSpace)
        }
        for box in ["[ ] ", "[x] ", "[X] "] where rest.count < line.count && rest.starts(with: box.unicodeScalars) {
            rest = rest.dropFirst(box.unicodeScalars.count)
        }
        return line.count - rest.count
    }

    /// A line of dashes: a rule, or the line below a table's head.
    static func isRule(_ line: ArraySlice<Unicode.Scalar>) -> Bool {
        let marks = line.filter { !$0.isSpace }
        return marks.count >= 3 && marks.allSatisfy { "-|:=*_".unicodeScalars.contains($0) }
    }

    static func isASCIIPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// Lines, blocks and shapes that draw boxes.
    static func isDrawing(_ scalar: Unicode.Scalar) -> Bool { (0x2500...0x25FF).contains(scalar.value) }

    /// Emoji with their modifiers, control and format characters.
    static func isSilent(_ scalar: Unicode.Scalar, next: Unicode.Scalar?) -> Bool {
        let properties = scalar.properties
        if properties.isEmojiPresentation || properties.isEmojiModifier || properties.isVariationSelector {
            return true
        }
        if properties.isEmoji, next == "\u{FE0F}" { return !scalar.isASCII }
        if scalar == "\u{20E3}" || (0x1F000...0x1FAFF).contains(scalar.value) { return true }
        switch properties.generalCategory {
        case .control, .surrogate, .privateUse, .unassigned: return true
        case .format: return scalar != "\u{200C}"
        default: return false
        }
    }
}
