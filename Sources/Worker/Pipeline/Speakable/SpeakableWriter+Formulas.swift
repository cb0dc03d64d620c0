// Formulas in TeX: what they hold is spoken in its order, commands by the sign or the name that they stand for, fractions with a
// stroke, indexes and powers apart from what they belong to. What only arranges is left out.

extension SpeakableWriter {
    /// A backslash: a formula, a command of TeX outside of one, or an escape of Markdown.
    mutating func readBackslash(at index: Int, in range: Range<Int>) -> Int? {
        guard let next = scalar(index + 1, in: range) else { return nil }
        switch next {
        case "(", "[":
            return readFormula(from: index + 2, to: next == "(" ? "\\)" : "\\]", at: index, in: range)
        case ")", "]": return 2
        case "a"..."z", "A"..."Z":
            let name = commandName(at: index + 1, in: range)
            if name == "begin", let end = find("}", from: index, in: range) {
                return readFormula(from: end + 1, to: "\\end{", at: index, in: range)
            }
            guard name.count > 1, TeXNames.isCommand(name) else { return nil }
            return writeCommand(at: index, in: range)
        default:
            guard Self.isASCIIPunctuation(next) else { return nil }
            emit(next, at: index + 1)
            return 2
        }
    }

    /// A dollar: a formula, or money.
    mutating func readDollar(at index: Int, in range: Range<Int>) -> Int? {
        guard let next = scalar(index + 1, in: range) else { return nil }
        if next == "$" { return readFormula(from: index + 2, to: "$$", at: index, in: range) }
        guard !next.isSpace else { return nil }
        var close = index + 1
        while close < range.upperBound, source[close] != "$" { close += source[close] == "\\" ? 2 : 1 }
        guard close < range.upperBound else {
            // A price is no formula that the next piece may close.
            guard next.properties.numericType == nil else { return nil }
            let rest = source[index + 1..<range.upperBound]
            guard rest.contains("\\") || rest.contains("^") || rest.contains("{") || rest.contains("_") else {
                return nil
            }
            return readFormula(from: index + 1, to: "$", at: index, in: range)
        }
        let after = scalar(close + 1, in: range)
        guard !source[close - 1].isSpace, after.map({ $0.properties.numericType == nil }) ?? true,
            Self.mayBeFormula(source[index + 1..<close])
        else { return nil }
        return readFormula(from: index + 1, to: "$", at: index, in: range)
    }

    private mutating func readFormula(from start: Int, to closer: String, at index: Int, in range: Range<Int>) -> Int {
        let close = find(closer, from: start, in: range)
        writeFormula(start..<(close ?? range.upperBound))
        guard let close else {
            open(.formula(closer: closer))
            return range.upperBound - index
        }
        var end = close + closer.unicodeScalars.count
        if closer == "\\end{" { end = find("}", from: end, in: range).map { $0 + 1 } ?? range.upperBound }
        return end - index
    }

    /// Signs of sums, or no word of prose.
    private static func mayBeFormula(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        if text.contains(where: { "\\^_=+<>{}|*".unicodeScalars.contains($0) }) { return true }
        return !text.split { !$0.properties.isAlphabetic }.contains { $0.count > 2 }
    }

    // MARK: Within a formula

    mutating func writeFormula(_ range: Range<Int>) {
        var index = range.lowerBound
        while index < range.upperBound {
            switch source[index] {
            case "\\": index += writeCommand(at: index, in: range)
            case "^", "_": index += readScript(at: index, in: range) ?? 1
            case "{", "}", "$", "&": index += 1
            case "~":
                widen(.space)
                index += 1
            case "*":
                emit("×", at: index)
                index += 1
            default:
                writePlain(at: index, next: scalar(index + 1, in: range))
                index += 1
            }
        }
    }

    /// Writes the command at `index` with its arguments, as far as they are not read as text; returns how many scalars it took.
    private mutating func writeCommand(at index: Int, in range: Range<Int>) -> Int {
        guard let next = scalar(index + 1, in: range) else { return 1 }
        let name = commandName(at: index + 1, in: range)
        guard !name.isEmpty else {
            switch next {
            case "\\": widen(.lineBreak)
            case "%", "$", "#", "&": emit(next, at: index + 1)
            case "{", "}", "|", "!": break
            default: widen(.space)
            }
            return 2
        }
        var end = index + 1 + name.count
        switch name {
        case "frac", "dfrac", "tfrac", "cfrac", "binom":
            let over = argument(at: end, in: range)
            let under = argument(at: over.end, in: range)
            writeFormula(over.inner)
            emit(name == "binom" ? ", " : "/", at: index)
            writeFormula(under.inner)
            return under.end - index
        case "sqrt":
            if scalar(end, in: range) == "[", let close = closing(at: end, in: range) { end = close + 1 }
            emit("√", at: index)
        case "begin", "end", "label", "tag", "color", "vspace", "hspace", "ref", "eqref", "cite":
            end = argument(at: end, in: range).end
            widen(.space)
        default:
            if let spoken = TeXNames.signs[name] {
                emit(spoken, at: index)
            } else if TeXNames.words.contains(name) {
                widen(.space)
                for position in index + 1..<end { emit(source[position], at: position) }
                widen(.space)
            } else if scalar(end, in: range) == "{" {
                let text = argument(at: end, in: range)
                writeFormula(text.inner)
                end = text.end
            } else {
                widen(.space)
            }
        }
        return end - index
    }

    private func commandName(at index: Int, in range: Range<Int>) -> String {
        let letters = source[index..<range.upperBound].prefix { $0.isASCII && $0.properties.isAlphabetic }
        return String(String.UnicodeScalarView(letters.prefix(40)))
    }

    /// What a command or a script takes: braces, a command, or one scalar.
    private func argument(at index: Int, in range: Range<Int>) -> (inner: Range<Int>, end: Int) {
        var start = index
        while start < range.upperBound, source[start].isSpace { start += 1 }
        guard start < range.upperBound else { return (start..<start, start) }
        if source[start] == "\\" {
            let end = min(
                range.upperBound, start + 1 + max(1, commandName(at: start + 1, in: range).unicodeScalars.count))
            return (start..<end, end)
        }
        guard source[start] == "{" else { return (start..<start + 1, start + 1) }
        var depth = 0
        for position in start..<range.upperBound {
            if source[position] == "{" { depth += 1 }
            if source[position] == "}" { depth -= 1 }
            if depth == 0 { return (start + 1..<position, position + 1) }
        }
        return (start + 1..<range.upperBound, range.upperBound)
    }

    // MARK: Indexes and powers

    /// Whether the underscore stands between one letter and its index.
    func isSubscript(at index: Int, in range: Range<Int>) -> Bool {
        guard let before = scalar(index - 1, in: range), before.properties.isAlphabetic,
            scalar(index - 2, in: range)?.isWordScalar != true, scalar(index - 2, in: range) != "_",
            let after = scalar(index + 1, in: range)
        else { return false }
        return after == "{"
            || (after.properties.numericType != nil && scalar(index + 2, in: range)?.properties.isAlphabetic != true)
    }

    /// A power or an index.
    mutating func readScript(at index: Int, in range: Range<Int>) -> Int? {
        guard let next = scalar(index + 1, in: range), !next.isSpace else { return source[index] == "^" ? 1 : nil }
        var (inner, end) = argument(at: index + 1, in: range)
        if next != "{", next != "\\", next.properties.numericType != nil || next == "-" {
            // Outside of TeX a number is a power as a whole.
            while let digit = scalar(end, in: range), digit.properties.numericType != nil { end += 1 }
            inner = inner.lowerBound..<end
        }
        let text = String(String.UnicodeScalarView(source[inner])).filter { $0 != " " }
        if source[index] == "^", let sign = Self.powers[text] {
            emit(sign, at: inner.lowerBound)
            return end - index
        }
        widen(.space)
        writeFormula(inner)
        if scalar(end, in: range)?.isWordScalar == true { widen(.space) }
        return end - index
    }

    /// Powers with a sign that voices know.
    private static let powers = ["2": "²", "3": "³", "\\circ": "°", "\\prime": "'"]
}
