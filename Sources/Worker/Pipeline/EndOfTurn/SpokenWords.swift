/// The end of what was said, word by word: lower case, without punctuation but with what it means.
struct SpokenWords: Sendable {
    /// What stands behind the last word.
    enum Ending: Sendable { case nothing, stop, question, open }

    /// The newest words, at most `limit` of them, oldest first.
    let words: [Substring]
    /// Where the last sentence begins in `words`.
    let sentenceStart: Int
    /// Whether the last sentence has a comma or the like within it.
    let hasClauses: Bool
    let ending: Ending

    /// More says no more about how the turn ends.
    private static let limit = 64
    private static let stops: Set<Character> = [".", "!", "。", "！", "।"]
    private static let questions: Set<Character> = ["?", "？", "؟"]
    private static let openings: Set<Character> = [",", ":", ";", "-", "–", "—", "…", "、", "，", "："]
    /// A word no longer than this may end with an apostrophe: "l'", "qu'".
    private static let elision = 4

    init(_ text: String) {
        let lowered = text.suffix(Self.limit * 12).lowercased().replacing("’", with: "'")
        var words: [Substring] = []
        var start = 0
        var hasClauses = false
        var ending = Ending.nothing
        for token in lowered.split(whereSeparator: \.isWhitespace) {
            var word = token
            while let first = word.first, !first.isLetter, !first.isNumber { word.removeFirst() }
            var tail = ""
            while let last = word.last, !last.isLetter, !last.isNumber {
                if last == "'", tail.isEmpty, word.count <= Self.elision, word.count > 1 { break }
                tail.append(word.removeLast())
            }
            if !word.isEmpty {
                if ending == .stop || ending == .question {
                    start = words.count
                    hasClauses = false
                } else if ending == .open {
                    hasClauses = true
                }
                words.append(word)
                ending = .nothing
            } else {
                tail = String(token.reversed())
            }
            if !tail.isEmpty { ending = Self.ending(of: tail) ?? ending }
        }
        let dropped = max(0, words.count - Self.limit)
        self.words = Array(words.dropFirst(dropped))
        sentenceStart = max(0, start - dropped)
        self.hasClauses = hasClauses
        self.ending = words.isEmpty ? .nothing : ending
    }

    var sentence: ArraySlice<Substring> { words[sentenceStart...] }

    /// What punctuation, last character first, means.
    private static func ending(of tail: String) -> Ending? {
        if tail.contains("…") || tail.contains("..") { return .open }
        for mark in tail {
            if questions.contains(mark) { return .question }
            if stops.contains(mark) { return .stop }
            if openings.contains(mark) { return .open }
        }
        return nil
    }

    /// Whether the text ends with these words.
    func ends(with phrase: [Substring]) -> Bool {
        words.count >= phrase.count && words.suffix(phrase.count).elementsEqual(phrase)
    }
}
