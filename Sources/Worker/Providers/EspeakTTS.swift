import Audio
import Core
package import EventLoops
package import Observability
package import Pipeline

/// The embedded text-to-speech: espeak-ng in this process, no account and no network.
///
/// DESIGN: the process has one synthesiser. A text is spoken in pieces (`EspeakPiece`); sessions take turns piece by piece,
/// first come, first served. That is enough because espeak-ng with the resampler is more than 100 times faster than real time:
/// a sentence takes about 10 ms on a thread of `pool`, and its first chunk leaves after a millisecond, while the rest is still made.
/// A session that holds its provider back keeps nobody else waiting: its piece is finished into a buffer (`EspeakSpeech`),
/// the turn goes to the next session, and its own next piece waits until the buffer is empty. Cancelling stops the library
/// within one chunk.
package struct EspeakTTS: TextToSpeech {
    static let name = "espeak-ng"

    /// As in `TTS_PROVIDER`.
    package var name: String { Self.name }
    /// The one model there is.
    package let model = "espeak-ng"
    private let pool: BlockingPool
    private let logger: Logger
    private let handle: EspeakHandle

    /// Words per minute at speed 1, as espeak-ng speaks by default, and its limits.
    static let normalRate = 175.0
    static let rates = 80.0...450.0

    /// The embedded voice.
    ///
    /// The first one in a process reads the library's data, about 100 ms on the caller's thread.
    /// - Parameters:
    ///   - pool: its threads synthesise, one at a time.
    ///   - logger: told what was found at start.
    /// - Throws: `.unavailable` when the library's data is missing.
    package init(pool: BlockingPool, logger: Logger) throws(ProviderError) {
        handle = try EspeakHandle.shared()
        self.pool = pool
        self.logger = logger
        logger.debug("espeak-ng is ready", [.provider: .string(Self.name), .count: .integer(handle.languages.count)])
    }

    /// Speaks `request` piece by piece; see `TextToSpeech`.
    package func synthesize(
        _ request: SpeechRequest, onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        let pieces = EspeakPiece.pieces(of: request.text)
        guard !pieces.isEmpty, EspeakPiece.canSay(request.text) else { return }
        let speech: EspeakSpeech
        do throws(AudioError) {
            speech = try EspeakSpeech(rate: handle.rate)
        } catch {
            throw EspeakHandle.error(.internal, "cannot be resampled")
        }
        let voice = EspeakVoice(voice: request.voice, language: request.language, among: handle.languages)
        let rate = Self.wordsPerMinute(speed: request.speed)
        for (index, piece) in pieces.enumerated() {
            let isLast = index == pieces.count - 1
            speech.begin(piece)
            // When `onChunk` throws, leaving the scope cancels the synthesis and waits for it.
            async let failure = speak(piece, voice, rate, isLast, into: speech)
            while let chunk = await speech.next() { try await onChunk(chunk) }
            if let error = await failure { throw error }
        }
    }

    /// 0.25 to 1.5 as the protocol has it; what espeak-ng cannot is as slow or fast as it can.
    static func wordsPerMinute(speed: Double) -> Int {
        guard speed.isFinite else { return Int(normalRate) }
        return Int(min(max(normalRate * speed, rates.lowerBound), rates.upperBound).rounded())
    }

    /// Waits for the turn, speaks one piece on the pool, and ends the piece in `speech` whatever happened.
    /// - Returns: why it is not whole.
    private func speak(
        _ piece: EspeakPiece, _ voice: EspeakVoice, _ rate: Int, _ isLast: Bool, into speech: EspeakSpeech
    ) async -> ProviderError? {
        defer { speech.finish() }
        switch await handle.turns.enter() {
        case .entered: break
        case .cancelled: return Self.cancelled
        case .full: return EspeakHandle.error(.unavailable, "has too many texts to speak")
        }
        defer { handle.turns.leave() }
        do {
            let handle = handle
            try await pool.run {
                guard !Task.isCancelled else { throw Self.cancelled }
                try handle.speak(piece, voice: voice, wordsPerMinute: rate, into: speech)
                guard !Task.isCancelled else { throw Self.cancelled }
                if isLast { try speech.flush() }
            }
            return nil
        } catch let error as ProviderError {
            return error
        } catch is BlockingPoolError {
            return EspeakHandle.error(.unavailable, "found no free thread")
        } catch {
            return EspeakHandle.error(.internal, "cannot be resampled")
        }
    }

    private static let cancelled = EspeakHandle.error(.cancelled, "was cancelled")
}
