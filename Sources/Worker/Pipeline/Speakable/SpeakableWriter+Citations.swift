// What points to a source and is no word: [1], [2, 3], [^note], 【4†source】, (citeturn0search1), [oaicite:0], [doc2].

extension SpeakableWriter {
    /// The index behind the citation in brackets that begins at `index`; nil if no citation begins there.
    ///
    /// A number at the start of a line is that of a list.
    func citationEnd(at index: Int, in range: Range<Int>) -> Int? {
        guard let close = closing(at: index, in: range), isCitation(index + 1..<close) else { return nil }
        // A link's target tells more about it.
        if let next = scalar(close + 1, in: range), next == "(" {
            return targetEnd(from: close + 2, in: range) ?? close + 1
        }
        let isLineStart = source[..<index].last(where: { !$0.isSpace || $0.isLineBreak })?.isLineBreak ?? true
        if isLineStart, last == nil || marks.isLineStart, source[index + 1].properties.numericType != nil,
            scalar(close + 1, in: range)?.isSpace == true
        {
            return nil
        }
        return close + 1
    }

    /// Whether what stands in brackets is a citation.
    func isCitation(_ range: Range<Int>) -> Bool {
        let inner = source[range]
        guard let first = inner.first, inner.count <= 80 else { return false }
        if first == "^" { return !inner.dropFirst().contains(where: \.isSpace) && inner.count > 1 }
        if first == "[", inner.last == "]" { return isCitation(range.lowerBound + 1..<range.upperBound - 1) }
        if inner.contains("†") || inner.contains("‡") { return true }
        if isNumberList(inner) { return true }
        let text = String(String.UnicodeScalarView(inner)).lowercased()
        if text.hasPrefix("oaicite:") || text == "cite_start" || text == "cite_end" || text.hasPrefix("cite:") {
            return true
        }
        if text.hasPrefix("doc"), text.count > 3, text.dropFirst(3).allSatisfy({ "0"..."9" ~= $0 }) { return true }
        return Self.isCitationWord(text)
    }

    /// "1", "2, 3" or "4–6": no number is 0 or longer than three digits.
    private func isNumberList(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        let numbers = text.split(omittingEmptySubsequences: false) { ",;-–".unicodeScalars.contains($0) }
        return numbers.allSatisfy { number in
            let digits = number.drop(while: \.isSpace)
            return (1...3).contains(digits.count) && digits.first != "0" && digits.allSatisfy { "0"..."9" ~= $0 }
        }
    }

    /// Citations alone in parentheses, or in the brackets that models take for them.
    mutating func readCitations(at index: Int, in range: Range<Int>) -> Int? {
        let closer: Unicode.Scalar = source[index] == "(" ? ")" : source[index] == "【" ? "】" : "）"
        guard let close = source[index + 1..<range.upperBound].firstIndex(of: closer) else {
            guard source[index] == "【", source[index..<range.upperBound].contains("†") else { return nil }
            return skip(to: "】", at: index, in: range)
        }
        if closer == "】" {
            guard isCitation(index + 1..<close) else { return nil }
        } else {
            var position = index + 1
            while position < close {
                if source[position] == "[" || source[position] == "【" {
                    let end = source[position..<close].firstIndex { $0 == "]" || $0 == "】" }
                    guard let end, isCitation(position + 1..<end), scalar(end + 1, in: range) != "(" else { return nil }
                    position = end + 1
                } else if let length = citationWordLength(at: position, in: position..<close) {
                    position += length
                } else if source[position].isSpace || ",;".unicodeScalars.contains(source[position]) {
                    position += 1
                } else {
                    return nil
                }
            }
            guard close > index + 1 else { return nil }
        }
        leaveOut()
        return close + 1 - index
    }

    /// "citeturn0search1turn0news2", as models write it whose marks around it got lost.
    mutating func readCitationWord(at index: Int, in range: Range<Int>) -> Int? {
        guard let length = citationWordLength(at: index, in: range) else { return nil }
        leaveOut()
        return length
    }

    private func citationWordLength(at index: Int, in range: Range<Int>) -> Int? {
        guard "ctf".unicodeScalars.contains(source[index]) else { return nil }
        let word = source[index..<range.upperBound].prefix {
            $0.isASCII && $0.isWordScalar || $0.properties.generalCategory == .privateUse
        }
        let text = String(String.UnicodeScalarView(word.filter(\.isASCII)))
        return Self.isCitationWord(text) ? word.count : nil
    }

    private static func isCitationWord(_ text: String) -> Bool {
        var rest = Substring(text)
        if rest.hasPrefix("file") { rest = rest.dropFirst(4) }
        if rest.hasPrefix("cite") { rest = rest.dropFirst(4) }
        guard !rest.isEmpty else { return false }
        while !rest.isEmpty {
            guard rest.hasPrefix("turn") else { return false }
            rest = rest.dropFirst(4)
            for isWanted in [Self.isDigit, Self.isSmallLetter, Self.isDigit] {
                let part = rest.prefix(while: isWanted)
                guard !part.isEmpty else { return false }
                rest = rest.dropFirst(part.count)
            }
        }
        return true
    }

    private static func isDigit(_ character: Character) -> Bool { "0"..."9" ~= character }
    private static func isSmallLetter(_ character: Character) -> Bool { "a"..."z" ~= character }

    /// ":contentReference[oaicite:0]{index=0}", and emoji by their names.
    mutating func readShortcode(at index: Int, in range: Range<Int>) -> Int? {
        let rest = source[index..<range.upperBound]
        if rest.starts(with: ":contentReference[".unicodeScalars) {
            let close = closing(at: index + 17, in: range) ?? range.upperBound - 1
            leaveOut()
            guard scalar(close + 1, in: range) == "{" else { return close + 1 - index }
            return (find("}", from: close, in: range) ?? range.upperBound - 1) + 1 - index
        }
        guard isWordStart(index, in: range) else { return nil }
        let name = rest.dropFirst().prefix { $0.isASCII && ($0.isWordScalar || "_+-".unicodeScalars.contains($0)) }
        guard (2...40).contains(name.count), scalar(name.endIndex, in: range) == ":",
            name.contains(where: { "a"..."z" ~= $0 }), !name.contains(where: { "A"..."Z" ~= $0 }),
            scalar(name.endIndex + 1, in: range)?.isWordScalar != true
        else { return nil }
        leaveOut()
        return name.count + 2
    }
}
