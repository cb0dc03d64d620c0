// What a recogniser wrote and the user did not say: notes about silence, music and noises, in the brackets or between the marks that
// vendors put around them in every language, and punctuation alone.
extension Transcript {
    /// Whether anything was said: a letter or digit outside of notes such as "[BLANK_AUDIO]", "(music)", "*sighs*" or "♪ la ♪".
    package var hasWords: Bool { Self.hasWords(text) }

    /// Whether a transcript holds words of the user; see `hasWords`.
    package static func hasWords(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            if let end = endOfNote(at: index, in: scalars) {
                index = end
            } else if scalars[index].isWordScalar {
                return true
            } else {
                index += 1
            }
        }
        return false
    }

    /// The text with each white space as one blank and none at its ends; empty if it holds no words.
    package static func cleaned(_ text: String) -> String {
        guard hasWords(text) else { return "" }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// This transcript with its text cleaned; where nothing was said, no token was either.
    package var cleaned: Transcript {
        var transcript = self
        transcript.text = Self.cleaned(text)
        if transcript.text.isEmpty, logprobs != nil { transcript.logprobs = [] }
        return transcript
    }

    /// Where the note ends that begins at `index`; nil if none does.
    private static func endOfNote(at index: Int, in scalars: [Unicode.Scalar]) -> Int? {
        let rest = scalars[(index + 1)...]
        if let closer = brackets[scalars[index]] {
            var depth = 1
            for position in rest.indices {
                if scalars[position] == scalars[index] { depth += 1 }
                if scalars[position] == closer { depth -= 1 }
                if depth == 0 { return position + 1 }
            }
            // A note that was cut off; people's round brackets and angles may stand alone.
            return "[【［".unicodeScalars.contains(scalars[index]) ? scalars.count : nil
        }
        if "*＊".unicodeScalars.contains(scalars[index]) {
            return rest.firstIndex(of: scalars[index]).map { $0 + 1 }
        }
        if isMusic(scalars[index]) {
            // Words of a song stand between two signs, or behind one up to the end of the line.
            let end = rest.firstIndex { isMusic($0) || $0.isLineBreak } ?? scalars.endIndex
            return min(end + 1, scalars.count)
        }
        return nil
    }

    private static let brackets: [Unicode.Scalar: Unicode.Scalar] = [
        "[": "]", "(": ")", "{": "}", "<": ">", "【": "】", "（": "）", "［": "］", "〔": "〕", "｛": "｝", "＜": "＞", "〈": "〉",
        "《": "》", "〖": "〗", "⟨": "⟩", "﹝": "﹞",
    ]

    private static func isMusic(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "♩", "♪", "♫", "♬", "🎵", "🎶", "🎼": true
        default: false
        }
    }
}
