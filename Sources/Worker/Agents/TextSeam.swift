import Pipeline

/// Joins what the model says in several steps to one text: "Let me look." and "It rains." need a blank between them.
struct TextSeam {
    private var last: Character?
    private var isAtSeam = false

    /// Whether nothing was said so far.
    var isEmpty: Bool { last == nil }

    /// What comes now was asked for separately.
    mutating func beginStep() { isAtSeam = last != nil }

    /// The piece as it must be said.
    mutating func joined(_ piece: LanguageModelEvent) -> LanguageModelEvent {
        guard case .textDelta(let delta) = piece, let first = delta.first else { return piece }
        let needsBlank = isAtSeam && !first.isWhitespace && last?.isWhitespace == false
        isAtSeam = false
        last = delta.last
        return needsBlank ? .textDelta(" " + delta) : piece
    }
}
