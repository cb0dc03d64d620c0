/// Judges the end of a turn by its last words, in the languages of `TurnLanguage`, and by punctuation in all others.
///
/// The signs, strongest first: a filler keeps the floor; a number that is being dictated goes on; a word like "and" or "the" ends
/// no turn, whatever punctuation speech-to-text put behind it; a whole answer ("no thanks") is one; then question and full stop as
/// written, question by word order, a clause that does not stand alone, and the plain length of the sentence.
package struct HeuristicEndOfTurnPredictor: EndOfTurnPredictor {
    /// How sure each sign is.
    ///
    /// Chosen so that a certain sign moves the wait to one of its ends and a doubtful one leaves it near
    /// the middle; see `EndOfTurnPatience` for the waits.
    private enum Sign {
        static let filler = 0.04
        static let openWord = 0.06
        static let dictation = 0.15
        static let longDictation = 0.3
        static let openMark = 0.15
        static let leaningWord = 0.22
        static let dependentClause = 0.3
        static let nothing = 0.5
        static let phoneNumber = 0.6
        static let sentence = 0.6
        static let questionOrder = 0.8
        static let cardNumber = 0.85
        static let fullStop = 0.85
        static let tag = 0.88
        static let answer = 0.92
        static let questionMark = 0.95
        /// The most that a text is worth that may lack the last words.
        static let oldText = 0.6
    }

    /// A sentence of so many words is rather one than the beginning of one.
    private static let sentenceLength = 4
    /// A dependent clause of so many words may have its main clause with it.
    private static let clauseLength = 8
    /// A question by word order has at least so many words.
    private static let questionLength = 3
    /// Digits from which on they are dictated, are many, may be a phone number, and are a card number.
    private static let (dictated, many, phone, card) = (2, 7, 10, 16)

    /// The predictor; it has no state.
    package init() {}

    /// The probability that the text is a whole turn.
    package func probability(_ observation: TurnObservation) -> Double {
        let spoken = SpokenWords(observation.text)
        guard !spoken.words.isEmpty else { return Sign.nothing }
        let probability = judge(spoken, observation.language)
        return observation.isTextCurrent ? probability : min(probability, Sign.oldText)
    }

    private func judge(_ spoken: SpokenWords, _ code: String?) -> Double {
        let language = code.map(TurnLanguage.named) ?? TurnLanguage.guess(spoken.words)
        guard let language else { return judgeUnknown(spoken, isGuess: code == nil) }
        let sentence = spoken.sentence
        if spoken.ending != .open, language.answers.contains(sentence) { return Sign.answer }
        if language.fillers.isSuffix(of: sentence) { return Sign.filler }
        if let number = dictation(spoken, language) { return number }
        let isQuestion = language.questionWords.isPrefix(of: sentence)
        // "For what?" in the languages whose word for it also means "because".
        if spoken.ending == .question, sentence.count < Self.questionLength { return Sign.questionMark }
        if language.open.isSuffix(of: sentence) { return Sign.openWord }
        if spoken.ending == .open { return Sign.openMark }
        if spoken.ending == .question { return Sign.questionMark }
        if sentence.count > 1, language.tags.isSuffix(of: sentence) { return Sign.tag }
        if language.leaning.isSuffix(of: sentence) {
            // "Where is it from" and "qué hora es" are among the few sentences that end so.
            return isQuestion && sentence.count >= Self.questionLength ? Sign.sentence : Sign.leaningWord
        }
        if spoken.ending == .stop { return Sign.fullStop }
        if sentence.count >= Self.questionLength, isQuestion || language.questionVerbs.isPrefix(of: sentence) {
            return Sign.questionOrder
        }
        if language.subordinators.isPrefix(of: sentence), !spoken.hasClauses, sentence.count < Self.clauseLength {
            return Sign.dependentClause
        }
        return sentence.count >= Self.sentenceLength ? Sign.sentence : Sign.nothing
    }

    /// Without word lists, digits and punctuation are left, and answers where the language is only not told.
    private func judgeUnknown(_ spoken: SpokenWords, isGuess: Bool) -> Double {
        if let number = dictation(spoken, nil) { return number }
        if spoken.ending == .open { return Sign.openMark }
        if spoken.ending == .question { return Sign.questionMark }
        if isGuess {
            if TurnLanguage.all.contains(where: { $0.fillers.contains(spoken.sentence) }) { return Sign.filler }
            if TurnLanguage.all.contains(where: { $0.answers.contains(spoken.sentence) }) { return Sign.answer }
        }
        return spoken.ending == .stop ? Sign.fullStop : Sign.nothing
    }

    /// What the digits at the end say: two or more in a row are being dictated until they may be a whole number.
    private func dictation(_ spoken: SpokenWords, _ language: TurnLanguage?) -> Double? {
        var count = 0
        var groups = 0
        for word in spoken.words.reversed() {
            if language?.digits.contains(word) == true {
                count += 1
            } else if let first = word.first, first.isNumber, word.allSatisfy({ $0.isNumber || $0 == "-" }) {
                count += word.count { $0.isNumber }
            } else {
                break
            }
            groups += 1
        }
        // "In 1984" and "at 15" are one group; "555", "1234" after another group are dictated.
        guard groups >= 2 || count >= Self.many, count >= Self.dictated, spoken.ending != .question else { return nil }
        return switch count {
        case ..<Self.many: Sign.dictation
        case ..<Self.phone: Sign.longDictation
        case ..<Self.card: Sign.phoneNumber
        default: Sign.cardNumber
        }
    }
}
