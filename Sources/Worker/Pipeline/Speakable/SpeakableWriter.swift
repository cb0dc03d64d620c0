/// One pass over a piece of text that writes what is spoken of it.
///
/// DESIGN. Marks are told from text by what stands around them, because "2 * 3", "$5" and "1 < 2" are text. What opens in one
/// line or piece and closes in a later one is kept in `marks`. Each `read…` function looks at what begins at `index`, writes what is to be
/// spoken of it, and returns how many scalars it took; nil: it does not handle this.
struct SpeakableWriter {
    let source: [Unicode.Scalar]
    var marks: SpeakableText.OpenMarks
    private(set) var output = String.UnicodeScalarView()
    private(set) var steps: [SpeakableText.Step] = []
    private var offsets: [Int] = []
    private var spoken = 0
    private(set) var last: Unicode.Scalar?
    private var gap = Gap.none
    /// Something was left out after `last`, so that a blank before the next mark belongs to it.
    private var hasLeftOut = false

    /// What separates the next scalar from the last one.
    enum Gap: Int { case none, space, lineBreak }

    init(_ source: [Unicode.Scalar], _ marks: SpeakableText.OpenMarks) {
        (self.source, self.marks) = (source, marks)
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
            if end < source.count {
                marks.isLineStart = true
                if marks.open == .address { marks.open = nil }
                widen(.lineBreak)
            } else if source[index..<end].contains(where: { !$0.isSpace }) {
                marks.isLineStart = false
            }
            index = end + 1
        }
    }

    // MARK: Lines

    private mutating func writeLine(_ line: Range<Int>) {
        var start = line.lowerBound
        if marks.open != nil {
            start = readOpen(in: line)
            guard start < line.upperBound else { return }
        } else if marks.isLineStart {
            marks.isTableRow = false
        }
        let isLineStart = marks.isLineStart && start == line.lowerBound
        while start < line.upperBound, source[start].isSpace { start += 1 }
        if start > line.lowerBound { widen(.space) }
        guard isLineStart else { return write(start..<line.upperBound) }
        let body = source[start..<line.upperBound]
        guard !openFence(body), !Self.isRule(body), !isDefinition(body) else { return }
        marks.isTableRow = body.first == "|"
        start += prefixLength(body)
        var end = line.upperBound
        if body.first == "#" {
            while end > start, source[end - 1].isSpace { end -= 1 }
            while end > start, source[end - 1] == "#" { end -= 1 }
        }
        write(start..<end)
    }

    mutating func write(_ range: Range<Int>) {
        var index = range.lowerBound
        while index < range.upperBound { index += writeOne(at: index, in: range) }
    }

    /// Writes or skips what stands at `index`; returns how many scalars that was.
    private mutating func writeOne(at index: Int, in range: Range<Int>) -> Int {
        if let length = readMark(at: index, in: range) { return length }
        writePlain(at: index, next: scalar(index + 1, in: range))
        return 1
    }

    mutating func writePlain(at index: Int, next: Unicode.Scalar?) {
        let scalar = source[index]
        if scalar.isSpace || Self.isDrawing(scalar) {
            widen(.space)
        } else if Self.isSilent(scalar, next: next) {
            leaveOut()
        } else {
            emit(scalar, at: index)
        }
    }

    private mutating func readMark(at index: Int, in range: Range<Int>) -> Int? {
        switch source[index] {
        case "`": readCode(at: index, in: range)
        case "\\": readBackslash(at: index, in: range)
        case "$": readDollar(at: index, in: range)
        case "^": readScript(at: index, in: range)
        case "*", "_", "~", "=": readEmphasis(at: index, in: range)
        case "!" where scalar(index + 1, in: range) == "[":
            link(at: index + 1, in: range).map { 1 + write(link: $0, from: index + 1) }
        case "[": readBracket(at: index, in: range)
        case "]": readLinkEnd(at: index, in: range)
        case "(", "（", "【": readCitations(at: index, in: range)
        case "\u{E200}": skip(to: "\u{E201}", at: index, in: range)
        case "<": readTag(at: index, in: range)
        case "&": readEntity(at: index, in: range)
        case ":": readShortcode(at: index, in: range)
        case "|": readBar(at: index, in: range)
        case "a"..."z", "A"..."Z":
            isWordStart(index, in: range)
                ? readCitationWord(at: index, in: range) ?? readAddress(at: index, in: range) : nil
        default: nil
        }
    }

    // MARK: Marks

    /// Emphasis stands at the edge of a word; between two words' spaces or inside a name a mark is text.
    private mutating func readEmphasis(at index: Int, in range: Range<Int>) -> Int? {
        let mark = source[index]
        var end = index
        while end < range.upperBound, source[end] == mark { end += 1 }
        let length = end - index
        if mark == "~" || mark == "=", length != 2 { return nil }
        if mark == "~" { return 2 }
        let before = index > range.lowerBound ? source[index - 1] : " "
        let after = end < range.upperBound ? source[end] : " "
        if mark == "_", length == 1, isSubscript(at: index, in: range) { return readScript(at: index, in: range) }
        let insideWord = before.isWordScalar && after.isWordScalar && (mark != "*" || length == 1)
        let free = before.isSpace && after.isSpace && index > range.lowerBound && end < range.upperBound
        if insideWord || free {
            for position in index..<end { emit(mark, at: position) }
        }
        return length
    }

    /// A bar between the cells of a table, or two around what is hidden until it is touched.
    private mutating func readBar(at index: Int, in range: Range<Int>) -> Int? {
        if scalar(index + 1, in: range) == "|" { return 2 }
        let isFree =
            (index == range.lowerBound || source[index - 1].isSpace) && (scalar(index + 1, in: range)?.isSpace ?? true)
        guard marks.isTableRow || isFree else { return nil }
        widen(.lineBreak)
        return 1
    }

    // MARK: Looking around

    func scalar(_ index: Int, in range: Range<Int>) -> Unicode.Scalar? { range.contains(index) ? source[index] : nil }

    func isWordStart(_ index: Int, in range: Range<Int>) -> Bool {
        index == range.lowerBound || !source[index - 1].isWordScalar || !source[index - 1].isASCII
    }

    /// Where `text` stands next from `index` on.
    func find(_ text: String, from index: Int, in range: Range<Int>) -> Int? {
        let wanted = Array(text.unicodeScalars)
        guard let first = wanted.first else { return nil }
        var index = index
        while let start = source[min(index, range.upperBound)..<range.upperBound].firstIndex(of: first) {
            if source[start..<range.upperBound].starts(with: wanted) { return start }
            index = start + 1
        }
        return nil
    }

    /// Leaves out what ends with `closer`, in a later line or piece where this one does not hold it.
    mutating func skip(to closer: String, at index: Int, in range: Range<Int>) -> Int {
        leaveOut()
        if let end = find(closer, from: index + 1, in: range) { return end + closer.unicodeScalars.count - index }
        open(.hidden(closer: closer))
        return range.upperBound - index
    }

    mutating func open(_ mark: SpeakableText.OpenMarks.Open) {
        marks.open = mark
        marks.length = 0
    }

    /// Reads on in what an earlier line or piece left open; returns where it ends in this line.
    private mutating func readOpen(in line: Range<Int>) -> Int {
        guard let mark = marks.open else { return line.lowerBound }
        marks.length += line.count
        var end = line.upperBound
        switch mark {
        case .fence(let scalar, let count):
            let body = source[line].drop(while: \.isSpace)
            let run = body.prefix { $0 == scalar }.count
            if marks.isLineStart, run >= count, body.dropFirst(run).allSatisfy(\.isSpace) { marks.open = nil }
            return line.upperBound
        case .formula(let closer):
            guard let close = find(closer, from: line.lowerBound, in: line) else {
                writeFormula(line)
                break
            }
            writeFormula(line.lowerBound..<close)
            marks.open = nil
            end = close + closer.unicodeScalars.count
            if closer == "\\end{" { end = find("}", from: end, in: line).map { $0 + 1 } ?? line.upperBound }
        case .hidden(let closer):
            guard let close = find(closer, from: line.lowerBound, in: line) else { break }
            marks.open = nil
            end = close + closer.unicodeScalars.count
            if closer.hasPrefix("</") { end = find(">", from: end, in: line).map { $0 + 1 } ?? line.upperBound }
        case .target:
            guard let close = targetEnd(from: line.lowerBound, in: line) else { break }
            marks.open = nil
            end = close
        case .address:
            guard let close = source[line].firstIndex(where: \.isSpace) else { break }
            marks.open = nil
            end = close
        }
        if marks.open != nil, marks.length > SpeakableText.OpenMarks.longest { marks.open = nil }
        return end
    }

    // MARK: Output

    mutating func widen(_ wanted: Gap) {
        if wanted.rawValue > gap.rawValue { gap = wanted }
    }

    /// What stood here is not spoken.
    mutating func leaveOut() { hasLeftOut = true }

    /// Writes a text that stands for what is at `index`.
    mutating func emit(_ text: String, at index: Int) {
        for scalar in text.unicodeScalars { emit(scalar, at: index) }
    }

    mutating func emit(_ scalar: Unicode.Scalar, at index: Int) {
        if let last, gap != .none {
            let closes = hasLeftOut && gap == .space && (scalar.isStop || ",;:)".unicodeScalars.contains(scalar))
            if gap == .lineBreak, last.isWordScalar || last.isCloser { append(",") }
            if !closes { append(" ") }
        }
        (gap, hasLeftOut) = (.none, false)
        let offset = offsets[index]
        if steps.last.map({ $0.source + spoken - $0.spoken }) != offset {
            steps.append(.init(spoken: spoken, source: offset))
        }
        append(scalar)
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        output.append(scalar)
        spoken += UTF8.width(scalar)
        last = scalar
    }
}
