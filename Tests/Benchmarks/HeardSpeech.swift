import Foundation
import Pipeline
import Providers

/// A recording with a pause in the middle of its sentence and a long silence after it, as detector and recogniser hear it.
struct HeardSpeech {
    /// One probability per window.
    private(set) var probabilities: [Float] = []
    /// Partial transcripts by the window after which they came.
    private(set) var partials: [Int: String] = [:]
    /// Where the last word ends.
    private(set) var end = Duration.zero

    /// 512 samples at 16 kHz.
    static let window = Duration.milliseconds(32)
    private static let windowLength = 512
    /// Longer than the longest wait.
    private static let tail = 9 * 16_000
    /// After this much silence the recogniser has nothing more to say.
    private static let audibleTail = 2 * 16_000

    /// `pause` is in milliseconds.
    init(_ samples: [Int16], pause: Int, _ detector: any VoiceActivityDetector, _ recogniser: PocketSphinxSTT) {
        let gap = Self.quietestMoment(samples)
        let audio =
            [Int16](repeating: 0, count: 8_000) + samples[..<gap] + [Int16](repeating: 0, count: pause * 16)
            + samples[gap...] + [Int16](repeating: 0, count: Self.tail)
        for start in stride(from: 0, through: audio.count - Self.windowLength, by: Self.windowLength) {
            let floats = audio[start..<start + Self.windowLength].map { Float($0) / 32_768 }
            probabilities.append(detector.probability(of: floats.span))
        }
        let last = probabilities.lastIndex { $0 >= 0.5 } ?? 0
        end = Self.window * (last + 1)
        transcribe(audio, recogniser)
    }

    /// The time of a sample.
    static func time(_ sample: Int) -> Duration { .nanoseconds(Int64(sample) * 62_500) }

    /// Where a pause hurts least: the quietest 40 ms of the middle third.
    private static func quietestMoment(_ samples: [Int16]) -> Int {
        let length = 640
        let candidates = stride(from: samples.count / 3, to: samples.count * 2 / 3, by: length / 4)
        func level(_ start: Int) -> Int {
            samples[start..<min(samples.count, start + length)].reduce(0) { $0 + abs(Int($1)) }
        }
        return (candidates.min { level($0) < level($1) } ?? samples.count / 2) + length / 2
    }

    /// Window by window, each when the recogniser has dealt with the one before, so that a partial result belongs to its time.
    private mutating func transcribe(_ audio: [Int16], _ recogniser: PocketSphinxSTT) {
        let feed = AudioFeed()
        let newest = NewestText()
        let task = Task.detached {
            _ = try? await recogniser.transcribe(feed, options: TranscriptionOptions()) { newest.set($0) }
        }
        let windows = min(probabilities.count, (audio.count - Self.tail + Self.audibleTail) / Self.windowLength)
        var last: String?
        for index in 0..<windows {
            while !feed.isAwaited { usleep(100) }
            let text = newest.get()
            if text != last, let text { partials[max(0, index - 1)] = text }
            last = text
            feed.append(audio.span.extracting(index * Self.windowLength..<(index + 1) * Self.windowLength))
        }
        feed.finish()
        task.cancel()
    }
}
