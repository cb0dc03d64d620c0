/// Whether the word before a full stop leaves the end of the sentence to the word after it.
enum NextWordRule: Sendable, Equatable {
    /// The sentence ended.
    case end
    /// It did not: an abbreviation that always has something after it ("Dr."), a list number, an ellipsis (a clause at most).
    case goesOn
    /// It ended unless the next word begins in lower case ("etc.", "a.m.", a closed quotation).
    case unlessLowerCase
    /// It ended unless a lower-case letter or a digit follows ("No. 5", "Jan. 3").
    case unlessLowerCaseOrDigit
    /// It goes on unless a word follows that usually begins a sentence ("the U.S. The…", but "the U.S. Senate", "J. K.").
    case onlyBeforeStarter

    enum Verdict { case end, goesOn, undecided }

    /// The rule for a run of stops that begins with `stop` after `textBefore`, when white space follows the run.
    init(textBefore: ArraySlice<Unicode.Scalar>, stop: Unicode.Scalar, closed: Bool, ellipsis: Bool) {
        if ellipsis {
            self = .goesOn
            return
        }
        guard stop == "." else {
            self = closed ? .unlessLowerCase : .end
            return
        }
        var start = textBefore.endIndex
        while start > textBefore.startIndex, textBefore.endIndex - start <= Self.longestWord,
            !textBefore[start - 1].isSpace
        {
            start -= 1
        }
        let atLineStart = Self.isLineStart(textBefore[..<start])
        var word = textBefore[start...]
        while let first = word.first, first.isOpener { word = word.dropFirst() }
        let text = word.reduce(into: "") { $0.unicodeScalars.append($1) }.lowercased()
        self = Self.rule(forWord: text, atLineStart: atLineStart, closed: closed)
    }

    private static func rule(forWord word: String, atLineStart: Bool, closed: Bool) -> NextWordRule {
        let isNumber = !word.isEmpty && word.utf8.allSatisfy { (48...57).contains($0) }
        if isNumber, atLineStart, word.utf8.count <= 3 { return .goesOn }
        if alwaysFollowed.contains(word) { return .goesOn }
        if followedByNumber.contains(word) { return .unlessLowerCaseOrDigit }
        if mayEnd.contains(word) { return .unlessLowerCase }
        let letters = word.split(separator: ".", omittingEmptySubsequences: false)
        if word != "i", letters.allSatisfy({ $0.count == 1 && $0.first?.isLetter == true }) {
            return .onlyBeforeStarter
        }
        return closed ? .unlessLowerCase : .end
    }

    /// Judges by what follows: `text` is white space and the beginning of the next word, `scalar` comes after it.
    func verdict(on text: ArraySlice<Unicode.Scalar>, then scalar: Unicode.Scalar) -> Verdict {
        if scalar.isLineBreak { return .end }
        let word = text.drop { $0.isSpace || $0.isOpener }
        if word.isEmpty, scalar.isOpener { return text.count < Self.longestWord ? .undecided : .end }
        let first = word.first ?? scalar
        switch self {
        case .end: return .end
        case .goesOn: return .goesOn
        case .unlessLowerCase: return first.properties.isLowercase ? .goesOn : .end
        case .unlessLowerCaseOrDigit:
            return first.properties.isLowercase || first.properties.numericType != nil ? .goesOn : .end
        case .onlyBeforeStarter:
            guard first.properties.isUppercase else { return .goesOn }
            if scalar.properties.isAlphabetic || scalar == "'" || scalar == "’" {
                return word.count < Self.longestStarter ? .undecided : .goesOn
            }
            let text = word.prefix { $0.properties.isAlphabetic }.reduce(into: "") { $0.unicodeScalars.append($1) }
            // "J. A. Smith": a letter and a stop is one more initial.
            if text.unicodeScalars.count == 1, scalar == "." { return .goesOn }
            return Self.starters.contains(text.lowercased()) ? .end : .goesOn
        }
    }

    private static func isLineStart(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        for scalar in text.reversed() {
            if scalar.isLineBreak { return true }
            if !scalar.isSpace { return false }
        }
        return true
    }

    private static let longestWord = 24
    private static let longestStarter = 12

    private static let alwaysFollowed: Set<String> = [
        "mr", "mrs", "ms", "mx", "dr", "prof", "st", "mt", "ft", "gen", "sen", "rep", "gov", "capt", "cpt", "lt", "col",
        "sgt",
        "maj", "cmdr", "adm", "rev", "hon", "pres", "messrs", "mme", "mlle", "hr", "fr", "sr", "sra", "srta",
        "e.g", "eg", "i.e", "ie", "vs", "v", "cf", "viz", "approx", "ca", "resp", "incl", "esp", "z.b", "d.h", "u.a",
        "bzw",
    ]
    private static let followedByNumber: Set<String> = [
        "no", "nos", "nr", "fig", "figs", "vol", "ch", "sec", "p", "pp", "pt", "art", "eq", "ver", "tel", "ext",
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    ]
    private static let mayEnd: Set<String> = [
        "etc", "al", "a.m", "p.m", "inc", "ltd", "co", "corp", "llc", "jr", "bros", "ave", "blvd", "rd", "dept", "est",
        "min", "max", "hrs", "lb", "lbs", "oz", "ph.d", "b.a", "m.a", "b.sc", "m.sc", "usw", "ed", "eds", "a.d", "b.c",
    ]
    private static let starters: Set<String> = [
        "the", "a", "an", "i", "he", "she", "it", "we", "you", "they", "this", "that", "these", "those", "there",
        "here",
        "my", "his", "her", "its", "our", "your", "their", "what", "when", "where", "why", "who", "how", "which",
        "in", "on", "at", "as", "if", "so", "but", "and", "or", "yes", "no", "not", "then", "for", "from", "with",
        "after",
        "before", "while", "is", "are", "was", "were", "do", "does", "did", "can", "could", "would", "will", "let",
        "please",
        "however", "also", "now", "today", "one", "some", "all", "most", "many",
    ]
}

/// What the splitter asks about one scalar.
extension Unicode.Scalar {
    var isSpace: Bool { properties.isWhitespace }

    var isLineBreak: Bool { self == "\n" || self == "\r" || self == "\u{2028}" || self == "\u{2029}" }

    /// Ends a sentence, perhaps.
    var isStop: Bool {
        switch self {
        case ".", "!", "?", "…", "‽", "؟", "۔", "।", "॥", "։", "።": true
        default: isIdeographicStop
        }
    }

    /// Ends a sentence without white space after it.
    var isIdeographicStop: Bool {
        switch self {
        case "。", "！", "？", "｡": true
        default: false
        }
    }

    /// Ends a clause when white space follows.
    var isClauseMark: Bool {
        switch self {
        case ",", ";", ":", "–", "—", "،", "؛", ")": true
        default: false
        }
    }

    /// Ends a clause whatever follows.
    var isTightClauseMark: Bool {
        switch self {
        case "、", "，", "；", "：", "､", "—": true
        default: false
        }
    }

    /// Belongs to the sentence that ended before it.
    ///
    /// Straight quotes and Markdown marks open as well: after a stop they close.
    var isCloser: Bool {
        switch self {
        case "\"", "'", "”", "’", "»", "›", ")", "]", "}", "*", "_", "`", "」", "』", "）", "】", "》", "〉", "\u{FE0F}": true
        default: false
        }
    }

    /// May stand before the first letter of a word.
    var isOpener: Bool {
        switch self {
        case "\"", "'", "“", "‘", "„", "«", "‹", "(", "[", "{", "*", "_", "`", "¿", "¡", "「", "『", "（", "【", "《": true
        default: false
        }
    }

    /// A letter or digit of any script: something to speak.
    package var isWordScalar: Bool { properties.isAlphabetic || properties.numericType != nil }

    /// How much speech it stands for, in Latin letters.
    var speechWeight: Int {
        switch value {
        case 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: 3
        case 0xAC00...0xD7AF: 2
        default: 1
        }
    }

    /// Whether a cut between `previous` and this scalar leaves both characters whole.
    func canStartPiece(after previous: Unicode.Scalar?) -> Bool {
        guard let previous else { return true }
        let joiner: Unicode.Scalar = "\u{200D}"
        return !properties.isGraphemeExtend && !properties.isEmojiModifier && self != joiner && previous != joiner
            && !(0x1F1E6...0x1F1FF).contains(value) && !(previous == "\r" && self == "\n")
    }
}
