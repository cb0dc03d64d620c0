import Audio
import Pipeline
import Synchronization

/// The speech of one request on its way from espeak-ng's thread to the session.
///
/// DESIGN: espeak-ng's callback appends without ever waiting, whatever the reader does, because it holds the library that all
/// sessions share. The buffer is bounded all the same: the next piece is only begun when the reader has taken the whole one
/// before, so it holds at most one piece (`EspeakPiece.limit`). Two locks, never nested: `conversion` is only used
/// by the thread that synthesises, so the reader on its loop never waits for the resampler.
final class EspeakSpeech: Sendable {
    private struct Conversion {
        let resampler: Resampler
        var piece = EspeakPiece()
        /// Samples of espeak-ng before this piece.
        var pieceStart = 0
        /// Samples of espeak-ng so far, and of the result.
        var taken = 0
        var given = 0
        var lastWord = -1
        /// Words that begin after the audio given so far.
        var words: [(position: Int, timing: WordTiming)] = []
    }
    private struct Queue {
        var chunks: [SpeechChunk] = []
        var head = 0
        var isFinished = false
        var waiter: CheckedContinuation<Void, Never>?
    }
    private let conversion: Mutex<Conversion>
    private let queue = Mutex(Queue())
    private let rate: Int

    /// The speech of a request, from espeak-ng's `rate` to 24,000 Hz.
    init(rate: Int) throws(AudioError) {
        self.rate = rate
        conversion = Mutex(Conversion(resampler: try Resampler(from: rate, to: Self.outputRate)))
    }

    private static let outputRate = 24_000

    // MARK: Writer

    /// Begins a piece; the one before is finished and read.
    func begin(_ piece: EspeakPiece) {
        conversion.withLock { conversion in
            conversion.piece = piece
            conversion.pieceStart = conversion.taken
        }
        queue.withLock { $0.isFinished = false }
    }

    /// Takes what the callback got.
    /// - Parameters:
    ///   - samples: the next ones, perhaps none.
    ///   - words: where words begin, as scalars of the piece and samples since its start.
    /// - Throws: when the resampler fails.
    func append(_ samples: Span<Int16>, words: [(scalar: Int, sample: Int)]) throws(AudioError) {
        let chunk = try conversion.withLock { conversion throws(AudioError) -> SpeechChunk? in
            for word in words { Self.note(word, rate: rate, in: &conversion) }
            guard !samples.isEmpty else { return nil }
            var result: [Int16] = []
            result.reserveCapacity(samples.count * Self.outputRate / rate + 64)
            try conversion.resampler.process(samples, appendingTo: &result)
            conversion.taken += samples.count
            return Self.chunk(result, in: &conversion)
        }
        if let chunk { push(chunk) }
    }

    /// Adds what the resampler withheld, after the last piece.
    func flush() throws(AudioError) {
        let chunk = try conversion.withLock { conversion throws(AudioError) -> SpeechChunk? in
            var result: [Int16] = []
            try conversion.resampler.finish(appendingTo: &result)
            return Self.chunk(result, in: &conversion)
        }
        if let chunk { push(chunk) }
    }

    /// Ends the piece; the reader gets what is left of it, then nil.
    func finish() {
        let waiter = queue.withLock { queue in
            queue.isFinished = true
            defer { queue.waiter = nil }
            return queue.waiter
        }
        waiter?.resume()
    }

    private static func note(_ word: (scalar: Int, sample: Int), rate: Int, in conversion: inout Conversion) {
        guard let offset = conversion.piece.wordOffset(atScalar: word.scalar), offset > conversion.lastWord else {
            return
        }
        conversion.lastWord = offset
        let sample = conversion.pieceStart + max(0, word.sample)
        let start = Duration.microseconds(sample * 1_000_000 / rate)
        conversion.words.append((sample * outputRate / rate, WordTiming(textOffset: offset, start: start)))
    }

    /// The next chunk with the words that begin in it.
    private static func chunk(_ samples: [Int16], in conversion: inout Conversion) -> SpeechChunk? {
        guard !samples.isEmpty else { return nil }
        conversion.given += samples.count
        let words = conversion.words.prefix { $0.position < conversion.given }
        conversion.words.removeFirst(words.count)
        return SpeechChunk(samples: samples, words: words.map(\.timing))
    }

    private func push(_ chunk: SpeechChunk) {
        let waiter = queue.withLock { queue in
            queue.chunks.append(chunk)
            defer { queue.waiter = nil }
            return queue.waiter
        }
        waiter?.resume()
    }

    // MARK: Reader

    /// The next chunk, waiting for it; nil at the end of the piece or when the task is cancelled.
    func next() async -> SpeechChunk? {
        while !Task.isCancelled {
            let (chunk, isFinished) = queue.withLock { queue in (Self.pop(&queue), queue.isFinished) }
            if let chunk { return chunk }
            if isFinished { return nil }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let resumeNow = queue.withLock { queue in
                        guard queue.chunks.isEmpty, !queue.isFinished, !Task.isCancelled else { return true }
                        queue.waiter = continuation
                        return false
                    }
                    if resumeNow { continuation.resume() }
                }
            } onCancel: {
                let waiter = queue.withLock { queue in
                    defer { queue.waiter = nil }
                    return queue.waiter
                }
                waiter?.resume()
            }
        }
        return nil
    }

    private static func pop(_ queue: inout Queue) -> SpeechChunk? {
        guard queue.head < queue.chunks.count else { return nil }
        let chunk = queue.chunks[queue.head]
        queue.head += 1
        if queue.head == queue.chunks.count {
            queue.chunks = []
            queue.head = 0
        }
        return chunk
    }
}
