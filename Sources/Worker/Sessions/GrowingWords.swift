import Foundation

/// The words of a text that grows, in the form in which they are compared; each is found once.
///
/// A recogniser tells all that it heard so far with each partial result. What did not change since the last one is not looked at
/// again, but for a comparison of its bytes.
package struct GrowingWords: Sendable {
    /// The words so far; more text may still make the last one longer.
    package private(set) var words: [String] = []
    /// Characters that were looked at, of all texts.
    package private(set) var steps = 0
    private var text = ""
    /// For each word that is over, where the text goes on behind it, in UTF-8.
    private var ends: [Int] = []
    /// Up to where nothing but what is no word follows the last word that is over.
    private var blank = 0

    /// A word of more characters is several, so that a text without spaces grows as cheaply.
    private static let longest = 64

    /// The words of nothing.
    package init() {}

    /// Words that more text does not change.
    var settledCount: Int { ends.count }

    /// Takes the text as it is now; returns how many words are still what they were.
    @discardableResult
    package mutating func update(_ new: String) -> Int {
        let common = Self.commonBytes(text, new)
        if common < blank { blank = 0 }
        while let end = ends.last, end > common { ends.removeLast() }
        let kept = ends.count
        words.removeSubrange(kept...)
        text = new
        let bytes = new.utf8
        var index = bytes.index(bytes.startIndex, offsetBy: max(blank, ends.last ?? 0))
        var word = ""
        var length = 0
        while index < new.endIndex {
            let character = new[index]
            index = new.index(after: index)
            steps += 1
            if character.isLetter || character.isNumber {
                word.append(character)
                length += 1
                guard length == Self.longest else { continue }
            } else if word.isEmpty {
                blank = bytes.distance(from: bytes.startIndex, to: index)
                continue
            } else if Self.apostrophes.contains(character) {
                continue
            }
            words.append(Self.compared(word))
            ends.append(bytes.distance(from: bytes.startIndex, to: index))
            (word, length) = ("", 0)
        }
        if !word.isEmpty { words.append(Self.compared(word)) }
        return kept
    }

    private static let apostrophes: Set<Character> = ["'", "’", "ʼ", "`", "＇"]

    /// A word without case, accents and width; three or more of a letter are one.
    private static func compared(_ word: String) -> String {
        var result = ""
        var run = 0
        for character in word.folding(
            options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
        {
            run = character.isLetter && result.last == character ? run + 1 : 1
            if run == 3 { result.removeLast() }
            if run < 3 { result.append(character) }
        }
        return result
    }

    /// How many bytes both begin with.
    private static func commonBytes(_ a: String, _ b: String) -> Int {
        var count = 0
        for (x, y) in zip(a.utf8, b.utf8) {
            guard x == y else { break }
            count += 1
        }
        return count
    }
}
