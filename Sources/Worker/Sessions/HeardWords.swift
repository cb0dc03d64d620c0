/// The words of one utterance as they come, and what they mean so far.
///
/// Each word is judged once, when it is unlikely to change; only the newest are judged again with each text.
package struct HeardWords: Sendable {
    private let vocabulary: InterruptionWords
    private var text = GrowingWords()
    /// The words that count, and for each word of the text how many count up to it.
    private var words: [String] = []
    private var counts: [Int] = []
    /// All words before `index` are judged; the judgement rests on the first `basis` words.
    private var index = 0
    private var basis = 0
    private var settled = InterruptionWords.Meaning()
    private var judged = 0

    /// Newest words that recognisers still change.
    private static let unsettled = 16

    /// Nothing heard yet.
    package init(_ vocabulary: InterruptionWords) { self.vocabulary = vocabulary }

    /// Characters that were looked at and words that were judged, of all texts.
    package var steps: Int { judged + text.steps }

    /// What `new`, the utterance so far, means; words of `echo` were the assistant's own when they came and do not count.
    ///
    /// While it `isGrowing`, words at its end that may become a phrase of listening ("all right") count as neither.
    package mutating func hear(
        _ new: String, isGrowing: Bool, without echo: Set<String> = []
    ) -> InterruptionWords.Meaning {
        let kept = text.update(new)
        counts.removeSubrange(kept...)
        words.removeSubrange((counts.last ?? 0)...)
        if words.count < basis { (index, basis, settled) = (0, 0, InterruptionWords.Meaning()) }
        for word in text.words[kept...] {
            if !echo.contains(word) { words.append(word) }
            counts.append(words.count)
        }
        let certain = words.count - Self.unsettled
        if certain - vocabulary.longest > index {
            (index, settled) = judge(from: index, settled, until: certain - vocabulary.longest, isGrowing: false)
            basis = certain
        }
        var meaning = judge(from: index, settled, until: words.count, isGrowing: isGrowing).meaning
        meaning.count = words.count
        return meaning
    }

    /// What the words up to `end` mean, the first of which are judged already.
    private mutating func judge(
        from start: Int, _ known: InterruptionWords.Meaning, until end: Int, isGrowing: Bool
    ) -> (index: Int, meaning: InterruptionWords.Meaning) {
        var (index, meaning) = (start, known)
        while index < end {
            judged += 1
            let judgement = vocabulary.judgement(at: index, of: words, isGrowing: isGrowing)
            if judgement.stops { meaning.stops = true }
            if let length = judgement.listening {
                index += length
            } else if judgement.isOpen {
                break
            } else {
                if !meaning.stops { meaning.others += 1 }
                index += 1
            }
        }
        return (index, meaning)
    }
}
