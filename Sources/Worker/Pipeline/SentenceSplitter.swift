/// Cuts a language model's text into pieces that can be spoken one after the other, as soon as each is complete.
///
/// DESIGN. The text arrives in deltas of any size and is read one Unicode scalar at a time; every decision depends on the
/// scalars read so far and never on where one delta ended, so the same text gives the same pieces however it was cut.
/// A full stop decides nothing by itself: a *candidate* stays open over further stops and closing quotes until white space
/// (usually enough) or the next word (after an abbreviation or initial) settles it. Pieces keep everything, white space
/// included: their concatenation is the text. What of a piece is spoken is the business of `SpeakableText`.
///
/// The first piece leaves early, because the user is waiting for it; later ones are whole sentences, short ones merged.
package struct SentenceSplitter: Sendable {
    /// A sentence end that further text must confirm.
    private enum Candidate {
        case none
        /// The text ends in a run of stops and closing marks; `start` is the index of the first stop.
        case run(start: Int, closed: Bool, ideographic: Bool, ellipsis: Bool)
        /// The text may be cut at `boundary` if the word that begins at or after it agrees.
        case nextWord(boundary: Int, rule: NextWordRule)
    }

    private let limits: Limits
    private var pending: [Unicode.Scalar] = []
    /// Length of `pending` in the unit of `Limits`.
    private var length = 0
    private var hasWords = false
    private var candidate = Candidate.none
    /// Index after the last clause of `pending`, and the length up to there.
    private var clause: (end: Int, length: Int)?
    private var isFirst = true

    /// A splitter at the start of an answer.
    package init(limits: Limits = .standard) { self.limits = limits }

    /// Adds text; returns the pieces that it completes, in order.
    package mutating func append(_ delta: String) -> [String] {
        var pieces: [String] = []
        for scalar in delta.unicodeScalars { read(scalar, into: &pieces) }
        return pieces
    }

    /// Ends the text: what is left is the last piece.
    ///
    /// The splitter is ready for the next answer.
    package mutating func finish() -> [String] {
        defer { self = SentenceSplitter(limits: limits) }
        return pending.isEmpty ? [] : [Self.text(pending[...])]
    }

    // MARK: One scalar

    private mutating func read(_ scalar: Unicode.Scalar, into pieces: inout [String]) {
        switch candidate {
        case .none: break
        case .run where length >= limits.hardCut: candidate = .none
        case .run(let start, let closed, let ideographic, let ellipsis):
            if readAfterStops(scalar, start, closed, ideographic, ellipsis, into: &pieces) { return }
        case .nextWord(let boundary, let rule):
            if scalar.isSpace, !scalar.isLineBreak, pending.count - boundary < limits.whiteSpace {
                if pending.suffix(from: boundary).allSatisfy(\.isSpace) { return add(scalar) }
            }
            switch rule.verdict(on: pending[boundary...], then: scalar) {
            case .undecided: return add(scalar)
            case .end: cut(at: boundary, into: &pieces)
            case .goesOn: break
            }
            candidate = .none
        }
        readPlain(scalar, into: &pieces)
    }

    /// Handles a scalar after stops; false when it is to be read as plain text.
    private mutating func readAfterStops(
        _ scalar: Unicode.Scalar, _ start: Int, _ closed: Bool, _ ideographic: Bool, _ ellipsis: Bool,
        into pieces: inout [String]
    ) -> Bool {
        if scalar.isStop {
            let dots = ellipsis || scalar == "…" || (scalar == "." && pending.last == ".")
            candidate = .run(
                start: start, closed: closed, ideographic: ideographic || scalar.isIdeographicStop, ellipsis: dots)
            add(scalar)
            return true
        }
        if scalar.isCloser {
            candidate = .run(start: start, closed: true, ideographic: ideographic, ellipsis: ellipsis)
            add(scalar)
            return true
        }
        candidate = .none
        if ideographic {
            cut(at: pending.count, into: &pieces)
            return false
        }
        guard scalar.isSpace else { return false }
        if scalar.isLineBreak { return false }
        let rule = NextWordRule(textBefore: pending[..<start], stop: pending[start], closed: closed, ellipsis: ellipsis)
        add(scalar)
        switch rule {
        case .end: cut(at: pending.count, into: &pieces)
        case .goesOn: ellipsis ? endClause(into: &pieces) : cutIfLong(into: &pieces)
        default: candidate = .nextWord(boundary: pending.count, rule: rule)
        }
        return true
    }

    private mutating func readPlain(_ scalar: Unicode.Scalar, into pieces: inout [String]) {
        if length >= limits.hardCut, scalar.canStartPiece(after: pending.last) {
            cut(at: pending.count, into: &pieces, always: true)
        }
        let previous = pending.last
        add(scalar)
        if scalar.isLineBreak {
            cut(at: pending.count, into: &pieces)
        } else if scalar.isStop {
            candidate = .run(
                start: pending.count - 1, closed: false, ideographic: scalar.isIdeographicStop, ellipsis: scalar == "…")
        } else if scalar.isTightClauseMark || (scalar.isSpace && previous?.isClauseMark == true) {
            endClause(into: &pieces)
        } else if scalar.isSpace {
            cutIfLong(into: &pieces)
        }
    }

    private mutating func endClause(into pieces: inout [String]) {
        clause = (pending.count, length)
        if length >= (isFirst ? limits.firstClause : limits.laterClause) { cut(at: pending.count, into: &pieces) }
    }

    /// Called at a word boundary.
    private mutating func cutIfLong(into pieces: inout [String]) {
        guard length >= (isFirst ? limits.firstWord : limits.laterWord) else { return }
        let end = clause.flatMap { $0.length >= limits.shortest ? $0.end : nil }
        cut(at: end ?? pending.count, into: &pieces)
    }

    // MARK: State

    private mutating func add(_ scalar: Unicode.Scalar) {
        pending.append(scalar)
        length += scalar.speechWeight
        if !hasWords, scalar.isWordScalar { hasWords = true }
    }

    /// Releases the text before `boundary`, unless it has nothing to speak or is a later piece so short that it waits for more.
    private mutating func cut(at boundary: Int, into pieces: inout [String], always: Bool = false) {
        guard hasWords || always, isFirst || always || length >= limits.shortest else { return }
        pieces.append(Self.text(pending[..<boundary]))
        let rest = Array(pending[boundary...])
        pending.removeAll(keepingCapacity: true)
        (length, hasWords, clause, isFirst) = (0, false, nil, false)
        for scalar in rest { add(scalar) }
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}

extension SentenceSplitter {
    /// Lengths at which text is cut, in Latin characters' worth of speech: an ideograph or kana counts three.
    package struct Limits: Sendable, Equatable {
        /// From here the first piece may end with a clause: about two seconds of speech, enough to cover the next piece's start.
        package var firstClause = 40
        /// From here the first piece may end with a word.
        package var firstWord = 120
        /// From here a later piece may end with a clause.
        package var laterClause = 200
        /// From here a later piece may end with a word.
        package var laterWord = 300
        /// From here a piece ends anywhere between two characters: text without spaces, a very long link.
        package var hardCut = 600
        /// A later piece shorter than this waits for the next sentence; "Yes.
        ///
        /// No." would otherwise be two requests.
        package var shortest = 16
        /// Spaces between two sentences that are kept while waiting for the next word.
        package var whiteSpace = 64
        /// The lengths used in sessions.
        package static let standard = Limits()
        /// The lengths above.
        package init() {}
    }
}
