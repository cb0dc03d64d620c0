import Core

/// How much of a piece of text was spoken, to go on with the rest in another voice.
struct SpeechProgress: Sendable {
    private let whole: SpeechRequest
    /// Audio so far, of all voices.
    private var spoken = Duration.zero
    /// Where in the whole text the current voice began, in bytes, and after how much audio.
    private var offset = 0
    private var start = Duration.zero
    /// The words known to have begun: where in the whole text, in bytes.
    private var lastWord: Int?

    /// Characters a second where the voice does not tell its words.
    ///
    /// Slower than most speak: a word said twice is better than a word left out.
    private static let assumedRate = 13.0
    private static let samplesPerSecond: Int64 = 24_000

    init(_ request: SpeechRequest) { whole = request }

    var hasAudio: Bool { spoken > .zero }

    /// Counts a chunk of the current voice and returns it as one of the whole.
    mutating func note(_ chunk: SpeechChunk) -> SpeechChunk {
        var chunk = chunk
        for index in chunk.words.indices {
            chunk.words[index].textOffset += offset
            chunk.words[index].start += start
        }
        lastWord = chunk.words.last?.textOffset ?? lastWord
        spoken += .nanoseconds(Int64(chunk.samples.count) * 1_000_000_000 / Self.samplesPerSecond)
        return chunk
    }

    /// What is left to say from the word on that was being spoken; nil when that is nothing.
    ///
    /// From now on chunks are those of the rest.
    mutating func takeRest() -> SpeechRequest? {
        let bytes = Array(whole.text.utf8)
        offset = min(lastWord ?? estimate(), bytes.count)
        start = spoken
        var rest = whole
        guard let text = String(validating: bytes[offset...], as: UTF8.self) else { return nil }
        rest.text = text
        return text.contains { $0.isLetter || $0.isNumber } ? rest : nil
    }

    /// Where the word begins that is spoken after this much audio at an ordinary rate.
    private func estimate() -> Int {
        let text = whole.text
        let count = Int(spoken.inSeconds * Self.assumedRate * whole.speed)
        guard let end = text.index(text.startIndex, offsetBy: count, limitedBy: text.endIndex) else {
            return text.utf8.count
        }
        let word = text[..<end].lastIndex(where: \.isWhitespace).map { text.index(after: $0) } ?? text.startIndex
        return text.utf8.distance(from: text.startIndex, to: word)
    }
}
