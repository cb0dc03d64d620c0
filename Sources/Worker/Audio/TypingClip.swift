import Core

/// What a tenant's own typing sound may be.
package enum TypingClip {
    /// The longest clip.
    package static let longest = Duration.seconds(10)
    /// Sample rates that are taken.
    package static let rates = 8_000...48_000
    /// Bytes of the largest file: 10 s in mono at 24,000 Hz, 5 s at 48,000 Hz.
    package static let mostBytes = 480_044

    /// The clip in a WAV file: 16-bit PCM, mono or stereo.
    /// - Throws: `.malformedWAV` or `.unsupportedWAV` with a sentence about what is expected.
    package static func read(_ bytes: Span<UInt8>) throws(AudioError) -> WAVFile {
        guard bytes.count <= mostBytes else {
            throw AudioError(.unsupportedWAV, "The WAV file is larger than \(mostBytes) bytes.")
        }
        let file = try WAVFile(bytes: bytes)
        guard rates.contains(file.rate) else {
            throw AudioError(
                .unsupportedWAV, "The WAV file has \(file.rate) Hz; expected 8000 to 48000 Hz.")
        }
        let length = Duration.nanoseconds(Int64(file.samples.count) * 1_000_000_000 / Int64(file.rate))
        guard (TypingLoop.shortest...longest).contains(length) else {
            throw AudioError(
                .unsupportedWAV,
                "The WAV file lasts \(length.wholeMilliseconds) ms; expected "
                    + "\(TypingLoop.shortest.wholeMilliseconds) to \(longest.wholeMilliseconds) ms.")
        }
        return file
    }
}
