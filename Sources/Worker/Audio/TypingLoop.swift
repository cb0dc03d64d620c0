import Core
package import Waveforms

/// The sound of somebody typing, to be repeated without an audible seam.
///
/// Holds the same sound at both rates of the wire; shared by sessions, never changed.
package struct TypingLoop: Sendable, Equatable {
    /// At 24,000 samples a second: three times as many as `narrow`, never none.
    package let wide: [Int16]
    /// At 8,000 samples a second.
    package let narrow: [Int16]

    /// How much of a recording's end becomes one with its beginning.
    package static let seam = Duration.milliseconds(50)
    /// The shortest recording that can become a loop.
    package static let shortest = Duration.milliseconds(200)

    /// Keystrokes that repeat after `duration`, at least `shortest`; the same `seed` types the same.
    ///
    /// - Throws: `.resamplerFailed` when there is no memory.
    package init(duration: Duration, seed: UInt64 = 1) throws(AudioError) {
        try self.init(at24kHz: Keystrokes.typed(for: max(duration, Self.shortest) + Self.seam, seed: seed))
    }

    /// A recording, which becomes shorter by the seam.
    ///
    /// - Throws: `.tooShort` when it is shorter than `shortest`, `.resamplerFailed` when there is no memory.
    package init(_ recording: WAVFile) throws(AudioError) {
        try self.init(at24kHz: Self.resampled(recording.samples, from: recording.rate, to: 24_000))
    }

    private init(at24kHz recording: [Int16]) throws(AudioError) {
        let count = recording.count / 3
        guard count >= 8 * Self.shortest.wholeMilliseconds else {
            throw AudioError(
                .tooShort, "A typing sound lasts at least \(Self.shortest.wholeMilliseconds) ms.")
        }
        var third = try Self.resampled(recording, from: 24_000, to: 8_000)
        third += repeatElement(0, count: max(0, count - third.count))
        let overlap = 8 * Self.seam.wholeMilliseconds
        narrow = Self.looped(third[..<count], overlap: overlap)
        wide = Self.looped(recording[..<(3 * count)], overlap: 3 * overlap)
    }

    /// The samples without their last `overlap`, which fade out over the first ones while those fade in: what follows the last
    /// sample is what followed it in the recording.
    private static func looped(_ samples: ArraySlice<Int16>, overlap: Int) -> [Int16] {
        var result = Array(samples.dropLast(overlap))
        let tail = samples.suffix(overlap)
        for (index, sample) in tail.enumerated() {
            let share = (Float(index) + 0.5) / Float(overlap)
            result[index] = Int16((Float(result[index]) * share + Float(sample) * (1 - share)).rounded())
        }
        return result
    }

    private static func resampled(_ samples: [Int16], from rate: Int, to wanted: Int) throws(AudioError) -> [Int16] {
        guard rate != wanted else { return samples }
        let resampler = try Resampler(from: rate, to: wanted)
        var result: [Int16] = []
        try resampler.process(samples.span, appendingTo: &result)
        try resampler.finish(appendingTo: &result)
        return result
    }
}
