extension SpeakableWriter {
    // MARK: Tags

    /// A tag, a comment or an address in angle brackets.
    mutating func readTag(at index: Int, in range: Range<Int>) -> Int? {
        guard let next = scalar(index + 1, in: range) else { return nil }
        if source[index..<range.upperBound].starts(with: "<!--".unicodeScalars) {
            return skip(to: "-->", at: index, in: range)
        }
        if next == "!" || next == "?", scalar(index + 2, in: range)?.properties.isAlphabetic == true {
            return skip(to: ">", at: index, in: range)
        }
        if let length = readBracketedAddress(at: index, in: range) { return length }
        let isEnd = next == "/"
        let start = index + (isEnd ? 2 : 1)
        let name = source[start..<max(start, range.upperBound)].prefix {
            $0.isASCII && ($0.isWordScalar || "-:_".unicodeScalars.contains($0))
        }
        guard let first = name.first, first.properties.isAlphabetic, name.count <= 40 else { return nil }
        let text = String(String.UnicodeScalarView(name)).lowercased()
        let isKnown = HTMLNames.elements.contains(text)
        guard let end = tagEnd(from: name.endIndex, in: range) else {
            // The end of a tag with attributes may be in a later line or piece.
            guard source[name.endIndex..<range.upperBound].contains("="), isKnown else { return nil }
            return skip(to: ">", at: index, in: range)
        }
        let attributes = source[name.endIndex..<end]
        let hasValues = attributes.contains("=")
        guard isKnown else {
            if hasValues || isEnd { return end + 1 - index }
            // A place to fill in: "<your name>".
            write(start..<end)
            return end + 1 - index
        }
        guard hasValues || Self.areFlags(attributes) else { return nil }
        let isClosed = attributes.last == "/"
        if HTMLNames.silent.contains(text), !isEnd, !isClosed {
            let length = skip(to: "</" + String(String.UnicodeScalarView(name)), at: end, in: range)
            guard marks.open == nil else { return end + length - index }
            return (find(">", from: end + length, in: range).map { $0 + 1 } ?? range.upperBound) - index
        }
        if HTMLNames.breaking.contains(text) { widen(.lineBreak) }
        if text == "sup", !isEnd, let length = readRaised(from: end + 1, in: range) { return end + 1 + length - index }
        if text == "sup" || text == "sub" { widen(.space) }
        if text == "img", let label = value(of: "alt", in: name.endIndex..<end) { write(label) }
        return end + 1 - index
    }

    private mutating func readBracketedAddress(at index: Int, in range: Range<Int>) -> Int? {
        guard let close = source[index..<range.upperBound].firstIndex(where: { $0 == ">" || $0.isSpace }),
            source[close] == ">"
        else { return nil }
        let inner = index + 1..<close
        if let start = scheme(at: index + 1, in: inner) {
            write(host: start > index + 1 && source[start - 1] != "/" ? start..<close : host(in: start..<close))
        } else if source[inner].contains("@"), source[inner].contains("."), !source[inner].contains("=") {
            write(host: inner)
        } else {
            return nil
        }
        return close + 1 - index
    }

    /// The bracket that ends a tag, outside of quotes.
    private func tagEnd(from index: Int, in range: Range<Int>) -> Int? {
        var quote: Unicode.Scalar?
        for position in index..<range.upperBound {
            let scalar = source[position]
            if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == ">" {
                return position
            } else if scalar == "<" {
                return nil
            } else if scalar == "\"" || scalar == "'", position > index, source[position - 1] == "=" {
                quote = scalar
            }
        }
        return nil
    }

    private static func areFlags(_ attributes: ArraySlice<Unicode.Scalar>) -> Bool {
        attributes.split { $0.isSpace || $0 == "/" }.allSatisfy {
            HTMLNames.flags.contains(String(String.UnicodeScalarView($0)).lowercased())
        }
    }

    private func value(of name: String, in range: Range<Int>) -> Range<Int>? {
        guard let found = find(name + "=", from: range.lowerBound, in: range) else { return nil }
        let start = found + name.unicodeScalars.count + 2
        guard let quote = scalar(start - 1, in: range), quote == "\"" || quote == "'",
            let end = source[min(start, range.upperBound)..<range.upperBound].firstIndex(of: quote)
        else { return nil }
        return start..<end
    }

    /// What stands raised: a power after one letter or a number, a note after a word.
    private mutating func readRaised(from start: Int, in range: Range<Int>) -> Int? {
        guard let close = find("</", from: start, in: range), let end = find(">", from: close, in: range),
            source[start..<close].allSatisfy({ "0"..."9" ~= $0 }), close > start
        else { return nil }
        let word = output.reversed().prefix { $0.isWordScalar }
        if word.count > 2, word.allSatisfy(\.properties.isAlphabetic) {
            leaveOut()
        } else if close == start + 1, source[start] == "2" || source[start] == "3" {
            emit(source[start] == "2" ? "²" : "³", at: start)
        } else {
            widen(.space)
            for position in start..<close { emit(source[position], at: position) }
        }
        return end + 1 - start
    }

    // MARK: Entities

    /// A character by its name or number: "&amp;", "&#39;".
    mutating func readEntity(at index: Int, in range: Range<Int>) -> Int? {
        guard var (text, end) = entity(at: index, in: range) else { return nil }
        // Written twice: "&amp;nbsp;".
        if text == "&", let (again, name) = entityNamed(from: end, in: range) { (text, end) = (again, name) }
        for scalar in text.unicodeScalars {
            if scalar.isSpace { widen(.space) } else if !Self.isSilent(scalar, next: nil) { emit(scalar, at: index) }
        }
        return end - index
    }

    private func entity(at index: Int, in range: Range<Int>) -> (text: String, end: Int)? {
        entityNamed(from: index + 1, in: range)
    }

    private func entityNamed(from start: Int, in range: Range<Int>) -> (text: String, end: Int)? {
        let name = source[min(start, range.upperBound)..<range.upperBound].prefix(12).prefix {
            $0.isASCII && ($0.isWordScalar || $0 == "#")
        }
        guard scalar(name.endIndex, in: range) == ";", !name.isEmpty else { return nil }
        let text = String(String.UnicodeScalarView(name))
        if let known = HTMLNames.entities[text] { return (known, name.endIndex + 1) }
        guard text.hasPrefix("#") else { return nil }
        let isHexadecimal = text.dropFirst().lowercased().hasPrefix("x")
        guard let number = UInt32(text.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10),
            let scalar = Unicode.Scalar(number)
        else { return nil }
        return (String(Character(scalar)), name.endIndex + 1)
    }
}
