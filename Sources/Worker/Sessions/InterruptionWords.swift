/// What the words of a speaker mean for the answer that they are spoken into.
///
/// Words are compared without case, accents, punctuation and apostrophes, so that "Mhm." is "mhm" and "D'accord" is "daccord";
/// a hyphen parts words, and three or more of a letter are one ("nooo").
package struct InterruptionWords: Sendable {
    /// What was heard of one utterance.
    package struct Meaning: Sendable, Equatable {
        /// Whether it holds a word that stops an answer by itself.
        package var stops = false
        /// Words that are neither that nor mere listening.
        package var others = 0
        /// Words of any kind.
        package var count = 0
    }

    private let stops: Set<[String]>
    private let backchannels: Set<[String]>
    /// What phrases of `backchannels` begin with.
    private let beginnings: Set<[String]>
    /// Words in the longest phrase.
    let longest: Int

    /// The words of these languages, besides the sounds that every language has.
    private init(_ languages: [Vocabulary]) {
        stops = Set((languages + [.universal]).flatMap { Self.phrases($0.stops) })
        backchannels = Set((languages + [.universal]).flatMap { Self.phrases($0.backchannels) }).subtracting(stops)
        beginnings = Set(backchannels.flatMap { phrase in (1..<phrase.count).map { Array(phrase.prefix($0)) } })
        longest = (stops.union(backchannels)).map(\.count).max() ?? 1
    }

    /// What a session in `language` (ISO 639-1, perhaps with a region) listens for.
    ///
    /// Without a language, the words of all that are known; in one that is not known, sounds and "stop".
    package static func of(_ language: String?) -> InterruptionWords {
        guard let language else { return all }
        return byLanguage[String(language.lowercased().prefix { $0.isLetter })] ?? universal
    }

    private static let byLanguage = Vocabulary.byLanguage.mapValues { InterruptionWords([$0]) }
    private static let all = InterruptionWords(Array(Vocabulary.byLanguage.values))
    private static let universal = InterruptionWords([])

    /// What `text` means; words of `echo` were the assistant's own and are not counted.
    ///
    /// While a text `isGrowing`, words at its end that may become a phrase of listening ("all right") count as neither.
    package func meaning(of text: String, isGrowing: Bool = false, without echo: Set<String> = []) -> Meaning {
        var heard = HeardWords(self)
        return heard.hear(text, isGrowing: isGrowing, without: echo)
    }

    /// What the words from one on mean.
    struct Judgement {
        /// Whether they stop an answer.
        var stops: Bool
        /// How many of them are a phrase of listening.
        var listening: Int?
        /// Whether they may yet become one.
        var isOpen: Bool
    }

    /// What the words from `index` on mean.
    func judgement(at index: Int, of words: [String], isGrowing: Bool) -> Judgement {
        let listening = phrase(at: index, of: words, in: backchannels)
        let isShort = words.count - index < longest
        return Judgement(
            stops: phrase(at: index, of: words, in: stops) != nil, listening: listening,
            isOpen: isGrowing && isShort && listening == nil && beginnings.contains(Array(words[index...])))
    }

    /// The length of the longest phrase of `phrases` that begins at `index`.
    private func phrase(at index: Int, of words: [String], in phrases: Set<[String]>) -> Int? {
        (1...longest).reversed().first { length in
            index + length <= words.count && phrases.contains(Array(words[index..<index + length]))
        }
    }

    /// The words of `text` in the form in which they are compared.
    package static func words(of text: String) -> [String] {
        var words = GrowingWords()
        words.update(text)
        return words.words
    }

    private static func phrases(_ list: String) -> [[String]] {
        list.split(separator: ",").map { words(of: String($0)) }
    }
}
