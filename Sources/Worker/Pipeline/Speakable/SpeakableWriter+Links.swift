extension SpeakableWriter {
    // MARK: Labels

    /// What begins with a bracket: a citation, a link, a footnote.
    mutating func readBracket(at index: Int, in range: Range<Int>) -> Int? {
        if let end = citationEnd(at: index, in: range) {
            leaveOut()
            return end - index
        }
        if let link = link(at: index, in: range) { return write(link: link, from: index) }
        guard let close = closing(at: index, in: range) else {
            // A label whose end is in a later piece.
            return scalar(index + 1, in: range)?.isSpace == false ? 1 : nil
        }
        if scalar(index + 1, in: range) == "[", source[close - 1] == "]" {
            // A link of a wiki: [[page|label]].
            let inner = index + 2..<close - 1
            write((source[inner].lastIndex(of: "|").map { $0 + 1 } ?? inner.lowerBound)..<inner.upperBound)
            return close + 1 - index
        }
        return nil
    }

    /// A link `[label](target)`, `[label][reference]` or `[label][]` at `index`; `end` is behind it.
    func link(at index: Int, in range: Range<Int>) -> (label: Range<Int>, end: Int, isOpen: Bool)? {
        guard let close = closing(at: index, in: range) else { return nil }
        let label = index + 1..<close
        switch scalar(close + 1, in: range) {
        case "(":
            if let end = targetEnd(from: close + 2, in: range) { return (label, end, false) }
            let rest = source[close + 2..<range.upperBound]
            let isCut = range.upperBound == source.count && !rest.isEmpty && !rest.contains(where: \.isSpace)
            return isCut ? (label, range.upperBound, true) : nil
        case "[":
            guard let end = closing(at: close + 1, in: range), end - close < 64 else { return nil }
            return (label, end + 1, false)
        default: return nil
        }
    }

    mutating func write(link: (label: Range<Int>, end: Int, isOpen: Bool), from index: Int) -> Int {
        if isCitation(link.label) { leaveOut() } else { write(link.label) }
        if link.isOpen { open(.target) }
        return link.end - index
    }

    /// The end of a label that an earlier piece began.
    mutating func readLinkEnd(at index: Int, in range: Range<Int>) -> Int? {
        guard scalar(index + 1, in: range) == "(", let first = scalar(index + 2, in: range), !first.isSpace else {
            return nil
        }
        if let end = targetEnd(from: index + 2, in: range) { return end - index }
        let rest = source[index + 2..<range.upperBound]
        if let space = rest.firstIndex(where: \.isSpace) { return space - index }
        if range.upperBound == source.count { open(.target) }
        return range.upperBound - index
    }

    /// Whether a line tells the address of references or notes: "[name]: https://…".
    func isDefinition(_ line: ArraySlice<Unicode.Scalar>) -> Bool {
        guard line.first == "[", let close = closing(at: line.startIndex, in: line.startIndex..<line.endIndex),
            line.dropFirst(close + 1 - line.startIndex).first == ":"
        else { return false }
        let target = line[(close + 2)...].drop(while: \.isSpace).drop { $0 == "<" }
        return scheme(at: target.startIndex, in: target.startIndex..<line.endIndex) != nil
            || target.first == "/" || target.first == "#"
    }

    /// The bracket that closes the one at `index`.
    func closing(at index: Int, in range: Range<Int>) -> Int? {
        var depth = 0
        var position = index
        while position < range.upperBound {
            switch source[position] {
            case "\\": position += 1
            case "[": depth += 1
            case "]":
                depth -= 1
                if depth == 0 { return position }
            default: break
            }
            position += 1
        }
        return nil
    }

    /// Behind the parenthesis that closes a target: one may hold others, a title in quotes, and an address in angle brackets.
    func targetEnd(from index: Int, in range: Range<Int>) -> Int? {
        var depth = 1
        var quote: Unicode.Scalar?
        for position in index..<max(index, range.upperBound) {
            let scalar = source[position]
            if let open = quote {
                if scalar == open { quote = nil }
                continue
            }
            switch scalar {
            case "\"" where position > index && source[position - 1].isSpace: quote = "\""
            case "<" where position == index: quote = ">"
            case "(": depth += 1
            case ")":
                depth -= 1
                if depth == 0 { return position + 1 }
            default: break
            }
        }
        return nil
    }

    // MARK: Addresses

    /// An address without a label: its host is spoken, of mail the whole.
    mutating func readAddress(at index: Int, in range: Range<Int>) -> Int? {
        guard let start = scheme(at: index, in: range) else { return nil }
        let end = addressEnd(from: start, in: range)
        if end.read == source.count { open(.address) }
        let isHost = start == index || source[start - 1] == "/"
        let address = start..<end.trimmed
        write(host: isHost ? host(in: address) : address)
        return max(1, end.trimmed - index)
    }

    mutating func write(host: Range<Int>) {
        for position in host { writePlain(at: position, next: nil) }
    }

    /// Behind "https://", "mailto:" or before "www."; nil where no address begins.
    func scheme(at index: Int, in range: Range<Int>) -> Int? {
        let rest = source[index..<range.upperBound]
        let name = rest.prefix { $0.isASCII && ($0.properties.isAlphabetic || "+-.".unicodeScalars.contains($0)) }
        let after = rest.dropFirst(name.count)
        if after.starts(with: "://".unicodeScalars), name.count <= 12 {
            return after.startIndex + 3
        }
        let text = String(String.UnicodeScalarView(rest.prefix(8))).lowercased()
        if text.hasPrefix("mailto:") { return index + 7 }
        if text.hasPrefix("www."), let next = scalar(index + 4, in: range), next.isWordScalar { return index }
        return nil
    }

    /// Where an address ends, and where without the marks of the sentence around it.
    private func addressEnd(from start: Int, in range: Range<Int>) -> (trimmed: Int, read: Int) {
        var depth = 0
        var end = start
        var isHost = true
        scan: while end < range.upperBound {
            let scalar = source[end]
            switch scalar {
            case "(", "[": depth += 1
            case ")", "]":
                depth -= 1
                if depth < 0 { break scan }
            case "<", ">", "\"", "`", "|", "{", "}", "\\", "^": break scan
            case "/", "?", "#": isHost = false
            case _ where scalar.isSpace: break scan
            // Letters of names beyond ASCII; after the host such letters are the next word of a language without spaces.
            case _ where !scalar.isASCII:
                guard isHost, scalar.value < 0x600, scalar.properties.isAlphabetic else { break scan }
            default: break
            }
            end += 1
        }
        let read = end
        while end > start,
            source[end - 1].isStop || source[end - 1].isClauseMark || "*_'~".unicodeScalars.contains(source[end - 1])
        {
            if source[end - 1] == ")" { break }
            end -= 1
        }
        return (end, read)
    }

    /// The host without what is before it ("user@", "www.") and after it.
    func host(in address: Range<Int>) -> Range<Int> {
        var start = address.lowerBound
        let end = source[address].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? address.upperBound
        if let sign = source[start..<end].lastIndex(of: "@") { start = sign + 1 }
        if String(String.UnicodeScalarView(source[start..<end].prefix(4))).lowercased() == "www." { start += 4 }
        return start..<end
    }
}
