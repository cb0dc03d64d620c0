/// A part of a text that is spoken in one call to espeak-ng.
///
/// DESIGN: espeak-ng speaks a call to its end or not at all, and one call keeps everybody else out of the library. So a text
/// is cut into pieces of at most `limit` characters, at the end of a sentence where there is one, else of a clause, else of a
/// word. Sessions take turns piece by piece, and what one call can produce is bounded without bounding the text.
struct EspeakPiece: Sendable, Equatable {
    /// The most Unicode scalars in one piece: some 15 seconds of speech.
    static let limit = 200
    /// The most scalars without a space: the library writes beyond its buffers when a word is too long for its rules.
    private static let longestWord = 40
    /// The most digits in a row, for the same reason; longer numbers are read in parts.
    private static let longestNumber = 8

    /// Literal text; control characters are spaces.
    private(set) var text = ""
    /// Where each scalar of `text` begins in the whole text, in UTF-8 bytes.
    private(set) var offsets: [Int] = []
    /// A pause follows: after a mark, because sessions send an answer sentence by sentence and the next one would begin a few
    /// milliseconds later; not where a sentence is cut between two words.
    private(set) var endsWithPause = false
    /// Scalars since the last space, and digits since the last that is none.
    private var unbroken = 0
    private var digits = 0

    /// Cuts `text` into pieces; those without a letter or digit, which make no sound worth hearing, are left out.
    static func pieces(of text: String) -> [EspeakPiece] {
        let scalars = Array(text.unicodeScalars)
        var pieces: [EspeakPiece] = []
        var start = 0
        var offset = 0
        while start < scalars.count {
            let end = cut(scalars[start...])
            var piece = EspeakPiece()
            for scalar in scalars[start..<end] {
                piece.append(scalar, at: offset)
                offset += UTF8.width(scalar)
            }
            piece.endsWithPause = piece.endsWithMark
            if piece.text.unicodeScalars.contains(where: isSpoken) { pieces.append(piece) }
            start = end
        }
        return pieces
    }

    /// Whether words of `text` would be heard: not so where all its letters are of scripts that are left out, since the numbers
    /// and marks among them say nothing.
    static func canSay(_ text: String) -> Bool {
        let letters = text.unicodeScalars.filter(\.properties.isAlphabetic)
        return letters.isEmpty || letters.contains { literal($0) == $0 }
    }

    /// The offset in the whole text of the word that begins at a scalar of `text`; nil if none begins there (espeak-ng
    /// reports each word that it reads a number with).
    func wordOffset(atScalar index: Int) -> Int? {
        guard offsets.indices.contains(index) else { return nil }
        let scalars = text.unicodeScalars
        let position = scalars.index(scalars.startIndex, offsetBy: index)
        guard Self.isSpoken(scalars[position]) else { return nil }
        guard index > 0, scalars[position].properties.numericType != nil else { return offsets[index] }
        let before = scalars[scalars.index(before: position)]
        return before.properties.numericType != nil || ".,:".unicodeScalars.contains(before) ? nil : offsets[index]
    }

    private var endsWithMark: Bool {
        text.unicodeScalars.last { !$0.properties.isWhitespace }.map { !Self.isSpoken($0) } ?? false
    }

    private mutating func append(_ scalar: Unicode.Scalar, at offset: Int) {
        let spoken = Self.literal(scalar)
        digits = spoken.properties.numericType == .decimal ? digits + 1 : 0
        unbroken = spoken.properties.isWhitespace ? 0 : unbroken + 1
        if digits > Self.longestNumber || unbroken > Self.longestWord {
            text.unicodeScalars.append(" ")
            offsets.append(offset)
            digits = min(digits, 1)
            unbroken = 1
        }
        text.unicodeScalars.append(spoken)
        offsets.append(offset)
    }

    private static func literal(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        // Latin letters with their accents, digits and the punctuation of prose. Everything else is a space: control characters
        // would be espeak-ng's embedded commands, and letters of other scripts send its rules beyond their buffers.
        case "\n", " "..."~", "\u{A1}"..."\u{24F}", "\u{300}"..."\u{36F}", "\u{1E00}"..."\u{1EFF}": scalar
        case "‘", "’", "“", "”", "–", "—", "…", "€": scalar
        default: " "
        }
    }

    private static func isSpoken(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    /// Where the first piece of `scalars` ends.
    private static func cut(_ scalars: ArraySlice<Unicode.Scalar>) -> Int {
        guard scalars.count > limit else { return scalars.endIndex }
        let window = scalars.prefix(limit)
        var clause: Int?
        var word: Int?
        for index in window.indices.dropFirst().reversed() {
            let scalar = scalars[index - 1]
            if isTightStop(scalar) { return index }
            let isSpace = scalar.properties.isWhitespace
            guard isSpace || scalars[index].properties.isWhitespace else { continue }
            if scalar == "\n" || (!isSpace && ".!?…;".unicodeScalars.contains(scalar)) { return index }
            if clause == nil, ",:)–—".unicodeScalars.contains(scalar) { clause = index }
            if word == nil { word = index }
        }
        return clause ?? word ?? window.endIndex
    }

    /// Ends a sentence without white space after it.
    private static func isTightStop(_ scalar: Unicode.Scalar) -> Bool { "。！？｡".unicodeScalars.contains(scalar) }
}
