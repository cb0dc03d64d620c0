/// Cuts a stream of text into pieces that can be spoken one after another, as early as sounds natural.
///
/// A piece is a sentence. The first one may be less, so that the answer begins early: a clause once it is long, or whole words
/// once it is very long. Later sentences that are very short go with the next one. Nothing is lost or added: the pieces joined
/// are the text. Where a decision needs the next character it waits for it, so the pieces do not depend on how the text was cut
/// into deltas.
package struct SentenceSplitter: Sendable {
    /// A first piece of this many characters may end at a clause.
    private static let longClause = 40
    /// A first piece of this many characters may end at any word.
    private static let longFirstPiece = 120
    /// No piece grows beyond this many characters if it has a word's end.
    private static let longestPiece = 400
    /// A later sentence shorter than this goes with the next one.
    private static let shortSentence = 16

    private var piece = String.UnicodeScalarView()
    private var isFirst = true
    /// Whether the piece ends with "No. ", which is a sentence unless a number follows.
    private var isUndecided = false

    package init() {}

    /// Takes more text and returns the pieces that are complete.
    package mutating func append(_ delta: String) -> [String] {
        var pieces: [String] = []
        for scalar in delta.unicodeScalars {
            if scalar.properties.isWhitespace {
                let end = boundary(before: scalar)
                if end { isUndecided = endsWithNumberSign }
                piece.append(scalar)
                if end, !isUndecided { pieces.append(take()) }
            } else {
                if isUndecided, !scalar.isASCIIDigit { pieces.append(take()) }
                isUndecided = false
                if endsWithIdeographicStop, !Self.closers.contains(scalar), !Self.ideographicStops.contains(scalar) {
                    pieces.append(take())
                }
                piece.append(scalar)
            }
        }
        return pieces
    }

    /// The text is over: what is left is the last piece.
    package mutating func finish() -> [String] {
        defer {
            isFirst = true
            isUndecided = false
        }
        return piece.isEmpty ? [] : [take()]
    }

    private var endsWithNumberSign: Bool {
        let word = piece.reversed().prefix { !$0.properties.isWhitespace }
        return ["no.", "nos."].contains(String(String.UnicodeScalarView(word.reversed())).lowercased())
    }

    private mutating func take() -> String {
        defer { piece = String.UnicodeScalarView() }
        isFirst = false
        return String(piece)
    }

    private enum Ending { case sentence, clause, word, none }

    /// Whether the piece may end at the white space that comes now.
    private func boundary(before space: Unicode.Scalar) -> Bool {
        let ending = self.ending
        guard ending != .none else { return false }
        if space == "\n" { return true }
        let length = piece.count
        switch ending {
        case .sentence: return isFirst || length >= Self.shortSentence
        case .clause: return isFirst ? length >= Self.longClause : length >= Self.longestPiece
        case .word: return length >= (isFirst ? Self.longFirstPiece : Self.longestPiece)
        case .none: return false
        }
    }

    /// How the piece so far would end; `none` when it holds nothing to say.
    private var ending: Ending {
        let content = piece.reversed().drop { Self.closers.contains($0) }
        guard let last = content.first, piece.contains(where: { !$0.properties.isWhitespace }) else { return .none }
        if last == "!" || last == "?" { return .sentence }
        if Self.clauseMarks.contains(last) { return .clause }
        guard last == "." else { return .word }
        let word = content.dropFirst().prefix { !$0.properties.isWhitespace && !Self.openers.contains($0) }
        if word.first == "." { return .clause }
        return isAbbreviation(word.reversed()) ? .word : .sentence
    }

    /// Whether a period behind `word` belongs to the word: "Dr", "e.g", an initial, the number of a list item.
    private func isAbbreviation(_ word: [Unicode.Scalar]) -> Bool {
        guard !word.isEmpty else { return true }
        if word.allSatisfy(\.isASCIIDigit) {
            return piece.count { !$0.properties.isWhitespace } == word.count + 1
        }
        let parts = word.split(separator: ".")
        if parts.allSatisfy({ $0.count == 1 && $0.first?.properties.isAlphabetic == true }) { return true }
        return Self.abbreviations.contains(String(String.UnicodeScalarView(word)).lowercased())
    }

    private var endsWithIdeographicStop: Bool {
        guard let last = piece.reversed().first(where: { !Self.closers.contains($0) }) else { return false }
        if Self.ideographicStops.contains(last) { return true }
        return isFirst && Self.ideographicCommas.contains(last) && piece.count >= Self.longClause / 2
    }

    private static let closers: Set<Unicode.Scalar> = [
        "\"", "'", "”", "’", "»", ")", "]", "}", "」", "』", "）", "】", "》", "*", "_", "`",
    ]
    private static let openers: Set<Unicode.Scalar> = ["(", "[", "{", "\"", "“", "‘", "«", "*", "_", "/"]
    private static let clauseMarks: Set<Unicode.Scalar> = [",", ";", ":", "—", "–", "…"]
    private static let ideographicStops: Set<Unicode.Scalar> = ["。", "！", "？", "．", "｡"]
    private static let ideographicCommas: Set<Unicode.Scalar> = ["、", "，", "；", "："]
    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "mt", "rev", "gen", "col", "sgt", "capt", "lt", "hon", "gov",
        "sen", "rep", "pres", "vs", "etc", "approx", "dept", "est", "fig", "inc", "ltd", "co", "corp", "vol",
        "pp", "ed", "al", "cf", "ca", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "ave", "blvd", "rd", "ft", "oz", "lb", "tel", "ext", "bzw", "usw",
        "z.b", "d.h", "nr", "str", "ph.d", "m.sc", "b.sc",
    ]
}

extension Unicode.Scalar {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
