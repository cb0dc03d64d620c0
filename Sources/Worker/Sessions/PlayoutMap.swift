import Core
package import Pipeline

/// Which words belong to which part of an item's audio, so that a cut in the audio cuts the text at the same word.
///
/// Text goes by the times of its words where the speech provider tells them, and evenly between two known times.
/// Comfort audio (phrases, typing) takes its time in the map, but its words are none of the answer's.
package struct PlayoutMap: Sendable, Equatable {
    private struct Piece: Sendable, Equatable {
        var text: String
        var start: Duration
        var length: Duration
        var isComplete: Bool
        /// Where words begin: UTF-8 offsets in `text` and times since `start`, both rising.
        var words: [WordTiming] = []
        /// Whether it is comfort audio; then the text is a phrase's.
        var isComfort = false
    }
    private var pieces: [Piece] = []

    /// UTF-8 bytes spoken per second before anything was measured: 150 words a minute.
    private static let assumedRate = 15.0

    /// A map of nothing.
    package init() {}

    /// A map of `text` and the length of its audio, which is all that is known of it.
    package init(_ text: String, length: Duration) {
        pieces = [Piece(text: text, start: .zero, length: length, isComplete: true)]
    }

    /// What it holds in memory.
    package var bytes: Int {
        pieces.reduce(0) {
            $0 + $1.text.utf8.count + MemoryLayout<Piece>.stride + $1.words.count * MemoryLayout<WordTiming>.stride
        }
    }

    /// The audio of all pieces known so far.
    package var length: Duration { pieces.last.map { $0.start + $0.length } ?? .zero }

    /// A new piece of text begins where the audio known so far ends.
    package mutating func beginPiece(_ text: String) {
        completePiece()
        pieces.append(Piece(text: text, start: length, length: .zero, isComplete: false))
    }

    /// Comfort audio begins where the audio known so far ends; `phrase` is what it says, if anything.
    package mutating func beginComfort(_ phrase: String = "") {
        completePiece()
        pieces.append(Piece(text: phrase, start: length, length: .zero, isComplete: false, isComfort: true))
    }

    /// Whether there is nothing but comfort audio in the map.
    package var isComfort: Bool { pieces.allSatisfy(\.isComfort) }

    /// Whether any words are in the map.
    var hasText: Bool { pieces.contains { !$0.text.isEmpty } }

    /// Whether a comfort phrase is in the map.
    package var hasPhrases: Bool { pieces.contains { $0.isComfort && !$0.text.isEmpty } }

    /// The newest phrase will not be heard: what stands behind it moves up.
    package mutating func dropPhrase() {
        guard let index = pieces.lastIndex(where: { $0.isComfort && !$0.text.isEmpty }) else { return }
        let length = pieces.remove(at: index).length
        for later in index..<pieces.count { pieces[later].start -= length }
    }

    /// The typing sound went on for `duration`.
    package mutating func extendTyping(by duration: Duration) {
        if pieces.last.map({ $0.isComfort && $0.text.isEmpty }) != true { beginComfort() }
        extend(by: duration)
    }

    /// More audio of the newest piece.
    package mutating func extend(by duration: Duration) {
        if pieces.isEmpty { pieces.append(Piece(text: "", start: .zero, length: .zero, isComplete: false)) }
        pieces[pieces.count - 1].length += duration
    }

    /// Words that begin in the newest piece: UTF-8 offsets in its text, times since it began.
    ///
    /// One that does not come after those known already is no help and left out.
    package mutating func align(_ words: [WordTiming]) {
        guard !pieces.isEmpty else { return }
        let last = pieces.count - 1
        for word in words where word.textOffset < pieces[last].text.utf8.count {
            if let before = pieces[last].words.last, word.textOffset <= before.textOffset || word.start < before.start {
                continue
            }
            pieces[last].words.append(word)
        }
    }

    /// The newest piece has all its audio.
    package mutating func completePiece() {
        if !pieces.isEmpty { pieces[pieces.count - 1].isComplete = true }
    }

    /// The words whose audio lies before `position`; a word counts when at least half of it was heard.
    package func text(heardUntil position: Duration) -> String { words(heardUntil: position, ofComfort: false) }

    /// The words of comfort phrases whose audio lies before `position`.
    package func phrases(heardUntil position: Duration) -> String { words(heardUntil: position, ofComfort: true) }

    private func words(heardUntil position: Duration, ofComfort: Bool) -> String {
        var heard = ""
        for piece in pieces where piece.isComfort == ofComfort && piece.start < position {
            let inPiece = position - piece.start
            if piece.isComplete, inPiece >= piece.length {
                heard += piece.text
            } else {
                heard += Self.words(of: piece.text, within: reach(of: inPiece, in: piece))
            }
        }
        return heard
    }

    /// The UTF-8 offset in the text of `piece` that is spoken at `time` since its start.
    private func reach(of time: Duration, in piece: Piece) -> Double {
        let next = piece.words.firstIndex { $0.start > time } ?? piece.words.count
        let before = next > 0 ? piece.words[next - 1] : WordTiming(textOffset: 0, start: .zero)
        let after =
            if next < piece.words.count {
                piece.words[next]
            } else {
                WordTiming(textOffset: piece.text.utf8.count, start: end(of: piece, after: before))
            }
        let share = (time - before.start).inSeconds / max((after.start - before.start).inSeconds, 0.001)
        return Double(before.textOffset) + min(1, share) * Double(after.textOffset - before.textOffset)
    }

    /// When the last word of `piece` is over: known once it has all its audio, guessed by the rate of speech before that.
    private func end(of piece: Piece, after word: WordTiming) -> Duration {
        guard !piece.isComplete else { return piece.length }
        let rest = Double(piece.text.utf8.count - word.textOffset)
        return max(piece.length, word.start + .seconds(rest / rate))
    }

    /// UTF-8 bytes spoken per second in the pieces that have all their audio.
    private var rate: Double {
        let spoken = pieces.filter { $0.isComplete && !$0.isComfort }
        let seconds = spoken.reduce(0) { $0 + $1.length.inSeconds }
        let bytes = spoken.reduce(0) { $0 + $1.text.utf8.count }
        return seconds > 0.5 ? max(1, Double(bytes) / seconds) : Self.assumedRate
    }

    /// The leading words of `text` that lie within its first `reach` UTF-8 bytes, to the nearest half word; a word's space counts with it.
    private static func words(of text: String, within reach: Double) -> String {
        var kept = text.startIndex
        var count = 0
        var index = text.startIndex
        func take() {
            count += text[index].utf8.count
            index = text.index(after: index)
        }
        while index < text.endIndex, text[index].isWhitespace { take() }
        while index < text.endIndex {
            let start = count
            var isWhole = false
            while index < text.endIndex, !text[index].isWhitespace, !isWhole {
                isWhole = text[index].standsAlone
                take()
                if index < text.endIndex, text[index].standsAlone { isWhole = true }
            }
            let end = index
            while index < text.endIndex, text[index].isWhitespace { take() }
            guard Double(start + count) / 2 <= reach else { break }
            kept = end
        }
        return String(text[..<kept])
    }
}

extension Character {
    /// Whether this counts as a word of its own: a letter of the scripts that put no spaces between words.
    fileprivate var standsAlone: Bool {
        guard let scalar = unicodeScalars.first else { return false }
        return switch scalar.value {
        // Thai and Lao, Burmese, Khmer, Japanese syllables.
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF: true
        default: scalar.properties.isIdeographic
        }
    }
}
