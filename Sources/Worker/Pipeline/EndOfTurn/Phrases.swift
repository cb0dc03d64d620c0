/// A set of words and short phrases, looked up at the end of what was said.
struct Phrases: Sendable, ExpressibleByStringLiteral {
    private var single: Set<Substring> = []
    private var several: Set<[Substring]> = []
    private var longest = 1

    /// Words and phrases divided by commas and line ends.
    init(stringLiteral list: String) {
        for entry in list.split(whereSeparator: { $0 == "," || $0.isNewline }) {
            let words = entry.split(separator: " ")
            if words.count == 1 { single.insert(words[0]) }
            if words.count > 1 { several.insert(words) }
            longest = max(longest, words.count)
        }
    }

    /// Whether this word is one of them.
    func contains(_ word: Substring) -> Bool { single.contains(word) }

    /// Whether these words together are one of them.
    func contains(_ words: ArraySlice<Substring>) -> Bool {
        words.count == 1 ? single.contains(words[words.startIndex]) : several.contains(Array(words))
    }

    /// Whether one of them stands at the end of `words`.
    func isSuffix(of words: ArraySlice<Substring>) -> Bool {
        (1...longest).contains { $0 <= words.count && contains(words.suffix($0)) }
    }

    /// Whether one of them stands at the beginning of `words`.
    func isPrefix(of words: ArraySlice<Substring>) -> Bool {
        (1...longest).contains { $0 <= words.count && contains(words.prefix($0)) }
    }
}
