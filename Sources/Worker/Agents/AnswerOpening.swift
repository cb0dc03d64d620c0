import Pipeline

/// The beginning of an answer. Blanks do not begin an answer: a model that writes nothing else says nothing.
struct AnswerOpening {
    /// Whether there was a word or a call.
    private(set) var hasBegun = false
    private var blanks = ""

    /// What of the answer may go on: everything from the first word or call on, with the blanks before it.
    mutating func take(_ event: LanguageModelEvent) -> [LanguageModelEvent] {
        if hasBegun { return [event] }
        guard case .textDelta(let text) = event else {
            hasBegun = true
            return [event]
        }
        if text.allSatisfy(\.isWhitespace) {
            if blanks.utf8.count < Self.mostBlanks { blanks += text }
            return []
        }
        hasBegun = true
        return [.textDelta(blanks + text)]
    }

    /// Bytes of blanks that are kept; no answer needs more of them.
    private static let mostBlanks = 256
}
