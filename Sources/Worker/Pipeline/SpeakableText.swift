/// What is spoken of a piece of a model's text: without Markdown marks, emoji and control characters, links by their label
/// or host, line breaks as short pauses.
///
/// The transcript that clients see stays the model's own text; only the speech provider gets this one. Offsets of spoken
/// words lead back to the model's text through `sourceOffset(of:)`.
package struct SpeakableText: Sendable, Equatable {
    /// What to speak; empty when the piece has nothing to say.
    package private(set) var text: String

    /// Where the distance between both texts changes: from UTF-8 offset `spoken` on, the source is at `source` and follows in step.
    private struct Step: Sendable, Equatable {
        var spoken: Int
        var source: Int
    }
    private var steps: [Step] = []

    /// The speakable form of `piece`, which is best cut by `SentenceSplitter`: marks that open in one piece and close in
    /// the next disappear from both.
    package init(_ piece: String) {
        var writer = Writer(Array(piece.unicodeScalars))
        writer.run()
        guard writer.output.contains(where: \.isWordScalar) else {
            text = ""
            return
        }
        text = String(writer.output)
        steps = writer.steps.map { Step(spoken: $0.spoken, source: $0.source) }
    }

    /// The speakable form of `piece` alone, for who needs no offsets.
    package static func spoken(_ piece: String) -> String { SpeakableText(piece).text }

    /// The UTF-8 offset in the piece of what is spoken at UTF-8 offset `spokenOffset` of `text`.
    package func sourceOffset(of spokenOffset: Int) -> Int {
        guard let step = steps.last(where: { $0.spoken <= spokenOffset }) else { return 0 }
        return step.source + spokenOffset - step.spoken
    }
}

extension SpeakableText {
    /// One pass over a piece.
    private struct Writer {
        let source: [Unicode.Scalar]
        var output = String.UnicodeScalarView()
        var steps: [(spoken: Int, source: Int)] = []
        private var offsets: [Int] = []
        private var spoken = 0
        private var last: Unicode.Scalar?
        private var gap = Gap.none
        private var inTableRow = false

        /// What separates the next scalar from the last one.
        private enum Gap: Int { case none, space, lineBreak }

        init(_ source: [Unicode.Scalar]) {
            self.source = source
            var offset = 0
            offsets.reserveCapacity(source.count)
            for scalar in source {
                offsets.append(offset)
                offset += UTF8.width(scalar)
            }
        }

        mutating func run() {
            var index = 0
            while index < source.count {
                let end = source[index...].firstIndex(where: \.isLineBreak) ?? source.count
                writeLine(index..<end)
                gap = .lineBreak
                index = end + 1
            }
        }

        private mutating func writeLine(_ line: Range<Int>) {
            var start = line.lowerBound
            while start < line.upperBound, source[start].isSpace { start += 1 }
            let body = source[start..<line.upperBound]
            if body.starts(with: "```".unicodeScalars) || body.starts(with: "~~~".unicodeScalars) || Self.isRule(body) {
                return
            }
            inTableRow = body.first == "|"
            if start > line.lowerBound { widen(.space) }
            write(start + Self.prefixLength(body)..<line.upperBound)
        }

        private mutating func write(_ range: Range<Int>) {
            var index = range.lowerBound
            while index < range.upperBound { index += writeOne(at: index, in: range) }
        }

        /// Writes or skips what stands at `index`; returns how many scalars that was.
        private mutating func writeOne(at index: Int, in range: Range<Int>) -> Int {
            let scalar = source[index]
            let next = index + 1 < range.upperBound ? source[index + 1] : nil
            switch scalar {
            case "`": return 1
            case "~" where next == "~": return 2
            case "\\" where next.map(Self.isASCIIPunctuation) == true:
                if let next { emit(next, at: index + 1) }
                return 2
            case "*", "_": return writeEmphasis(at: index, in: range)
            case "!" where next == "[":
                if let link = link(at: index + 1, in: range) { return 1 + write(link: link, from: index + 1) }
            case "[":
                if let link = link(at: index, in: range) { return write(link: link, from: index) }
            case "<" where next == "h", ">":
                if scalar == "<", host(at: index + 1, in: range) != nil { return 1 }
                if scalar == ">", last?.isWordScalar == true, index > 0, source[index - 1] == "/" { return 1 }
            case "h":
                if index == range.lowerBound || !source[index - 1].isWordScalar, let link = host(at: index, in: range) {
                    for position in link.host { emit(source[position], at: position) }
                    return link.length
                }
            case "|" where inTableRow:
                widen(.lineBreak)
                return 1
            default: break
            }
            if scalar.isSpace {
                widen(.space)
            } else if !Self.isSilent(scalar, next: next) {
                emit(scalar, at: index)
            }
            return 1
        }

        // MARK: Marks

        /// Emphasis stands at the edge of a word; between two words' spaces or inside a name a mark is text.
        private mutating func writeEmphasis(at index: Int, in range: Range<Int>) -> Int {
            let mark = source[index]
            var end = index
            while end < range.upperBound, source[end] == mark { end += 1 }
            let before = index > range.lowerBound ? source[index - 1] : " "
            let after = end < range.upperBound ? source[end] : " "
            let insideWord = before.isWordScalar && after.isWordScalar && (mark == "_" || end - index == 1)
            let free = before.isSpace && after.isSpace && index > range.lowerBound && end < range.upperBound
            if insideWord || free {
                for position in index..<end { emit(mark, at: position) }
            }
            return end - index
        }

        private func link(at index: Int, in range: Range<Int>) -> (label: Range<Int>, end: Int)? {
            guard let close = source[index..<range.upperBound].firstIndex(of: "]"), close + 1 < range.upperBound,
                source[close + 1] == "(", let end = source[close..<range.upperBound].firstIndex(of: ")")
            else { return nil }
            return (index + 1..<close, end + 1)
        }

        private mutating func write(link: (label: Range<Int>, end: Int), from index: Int) -> Int {
            write(link.label)
            return link.end - index
        }

        /// The host of a web address at `index` and the length of the address.
        private func host(at index: Int, in range: Range<Int>) -> (host: Range<Int>, length: Int)? {
            let rest = source[index..<range.upperBound]
            var start = index
            for scheme in ["https://", "http://"] where rest.starts(with: scheme.unicodeScalars) {
                start = index + scheme.unicodeScalars.count
            }
            guard start > index else { return nil }
            if source[start..<range.upperBound].starts(with: "www.".unicodeScalars) { start += 4 }
            var end =
                source[start..<range.upperBound].firstIndex { $0.isSpace || $0.isOpener || $0.isCloser || $0 == ">" }
                ?? range.upperBound
            while end > start, source[end - 1].isStop || source[end - 1].isClauseMark { end -= 1 }
            guard end > start else { return nil }
            let hostEnd = source[start..<end].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? end
            return (start..<hostEnd, end - index)
        }

        // MARK: Output

        private mutating func widen(_ wanted: Gap) {
            if wanted.rawValue > gap.rawValue { gap = wanted }
        }

        private mutating func emit(_ scalar: Unicode.Scalar, at index: Int) {
            if let last, gap != .none {
                if gap == .lineBreak, last.isWordScalar || last.isCloser { append(",") }
                append(" ")
            }
            gap = .none
            let offset = offsets[index]
            if steps.last.map({ $0.source + spoken - $0.spoken }) != offset { steps.append((spoken, offset)) }
            append(scalar)
        }

        private mutating func append(_ scalar: Unicode.Scalar) {
            output.append(scalar)
            spoken += UTF8.width(scalar)
            last = scalar
        }

        // MARK: Classes

        /// Marks of a heading, list item or quotation at the start of a line.
        private static func prefixLength(_ line: ArraySlice<Unicode.Scalar>) -> Int {
            guard let first = line.first else { return 0 }
            let run = line.prefix { $0 == "#" || $0 == ">" }.count
            let marks = "#>".unicodeScalars.contains(first) ? run : "-*+•‣◦".unicodeScalars.contains(first) ? 1 : 0
            guard marks > 0, let after = line.dropFirst(marks).first, after.isSpace else { return 0 }
            return marks + 1
        }

        /// A line of dashes: a rule, or the line below a table's head.
        private static func isRule(_ line: ArraySlice<Unicode.Scalar>) -> Bool {
            let marks = line.filter { !$0.isSpace }
            return marks.count >= 3 && marks.allSatisfy { "-|:=*_".unicodeScalars.contains($0) }
        }

        private static func isASCIIPunctuation(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
            default: false
            }
        }

        /// Emoji with their modifiers, control and format characters.
        private static func isSilent(_ scalar: Unicode.Scalar, next: Unicode.Scalar?) -> Bool {
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
}
