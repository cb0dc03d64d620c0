import Core

/// Which words belong to which part of an item's audio, so that a cut in the audio cuts the text at the same word.
package struct PlayoutMap: Sendable, Equatable {
    private struct Piece: Sendable, Equatable {
        var text: String
        var start: Duration
        var length: Duration
        var isComplete: Bool
    }
    private var pieces: [Piece] = []

    /// Characters spoken per second before anything was measured: 150 words a minute.
    private static let assumedRate = 15.0

    /// A map of nothing.
    package init() {}

    /// The audio of all pieces known so far.
    package var length: Duration { pieces.last.map { $0.start + $0.length } ?? .zero }

    /// A new piece of text begins where the audio known so far ends.
    package mutating func beginPiece(_ text: String) {
        completePiece()
        pieces.append(Piece(text: text, start: length, length: .zero, isComplete: false))
    }

    /// More audio of the newest piece.
    package mutating func extend(by duration: Duration) {
        if pieces.isEmpty { pieces.append(Piece(text: "", start: .zero, length: .zero, isComplete: false)) }
        pieces[pieces.count - 1].length += duration
    }

    /// The newest piece has all its audio.
    package mutating func completePiece() {
        if !pieces.isEmpty { pieces[pieces.count - 1].isComplete = true }
    }

    /// The words whose audio lies before `position`; a word counts when at least half of it was heard.
    package func text(heardUntil position: Duration) -> String {
        var heard = ""
        for piece in pieces where piece.start < position {
            let inPiece = position - piece.start
            if piece.isComplete, inPiece >= piece.length {
                heard += piece.text
            } else {
                let expected = piece.isComplete ? piece.length : max(piece.length, estimate(piece.text))
                heard += Self.words(of: piece.text, share: min(1, inPiece.inSeconds / max(expected.inSeconds, 0.001)))
            }
        }
        return heard
    }

    /// How long `text` takes to speak, by the rate of the pieces already spoken.
    private func estimate(_ text: String) -> Duration {
        let spoken = pieces.filter(\.isComplete)
        let seconds = spoken.reduce(0) { $0 + $1.length.inSeconds }
        let characters = spoken.reduce(0) { $0 + $1.text.count }
        let rate = seconds > 0.5 ? Double(characters) / seconds : Self.assumedRate
        return .seconds(Double(text.count) / max(rate, 1))
    }

    /// The leading words of `text` that end within `share` of its characters, to the nearest half word.
    private static func words(of text: String, share: Double) -> String {
        let limit = share * Double(text.count)
        var kept = text.startIndex
        var count = 0
        var index = text.startIndex
        while index < text.endIndex {
            let start = count
            while index < text.endIndex, text[index].isWhitespace {
                index = text.index(after: index)
                count += 1
            }
            let wordStart = count
            while index < text.endIndex, !text[index].isWhitespace {
                index = text.index(after: index)
                count += 1
            }
            guard Double(wordStart + count) / 2 <= limit, count > start else { break }
            kept = index
        }
        return String(text[..<kept])
    }
}
