/// What a language tells about the end of a turn: plain word lists, because a pause is no time for grammar.
///
/// All lower case. Phrases are told apart from words by the space in them.
struct TurnLanguage: Sendable {
    /// ISO 639-1.
    let code: String
    /// Words that no turn ends with: articles, conjunctions, prepositions, subject pronouns.
    let open: Phrases
    /// Words that a turn seldom ends with: prepositions that are also adverbs, auxiliaries.
    let leaning: Phrases
    /// Sounds and phrases that keep the floor.
    let fillers: Phrases
    /// Whole turns: answers, greetings, commands.
    let answers: Phrases
    /// First words of a question.
    let questionWords: Phrases
    /// First words of a question that asks for yes or no.
    let questionVerbs: Phrases
    /// Ends of a question.
    let tags: Phrases
    /// Words that begin a clause which does not stand alone.
    let subordinators: Phrases
    /// Digits as they are dictated.
    let digits: Phrases

    /// Those we know.
    static let all = [english, german, french, spanish, italian, portuguese, dutch]

    /// The language with this code, a region after it ignored; nil when we do not know it.
    static func named(_ code: String) -> TurnLanguage? {
        let name = code.lowercased().prefix { $0.isLetter }
        return all.first { $0.code == name }
    }

    /// The language that most words of the text belong to; nil when that is not clear.
    static func guess(_ words: [Substring]) -> TurnLanguage? {
        let scores = all.map { language in words.count { language.isFamiliar($0) } }
        guard let best = scores.max(), best >= leastFamiliar, let index = scores.firstIndex(of: best),
            scores.lastIndex(of: best) == index
        else { return nil }
        return all[index]
    }

    /// Words that must be known before a language is guessed: one is often shared between two languages.
    private static let leastFamiliar = 2

    private func isFamiliar(_ word: Substring) -> Bool {
        open.contains(word) || leaning.contains(word) || questionWords.contains(word) || questionVerbs.contains(word)
            || digits.contains(word)
    }
}
