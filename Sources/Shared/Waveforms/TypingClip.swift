import Core

/// What a tenant's own typing sound may be.
package enum TypingClip {
    /// The shortest clip, from which a loop can be made, and the longest.
    package static let lengths = Duration.milliseconds(300)...Duration.seconds(10)
    /// Sample rates that are taken, in hertz.
    package static let rates = 8_000...48_000
    /// Bytes of the largest file: 5 s in mono at 24,000 Hz.
    package static let mostBytes = 256 * 1024

    /// The clip in a WAV file of 16-bit PCM; several channels are averaged to one.
    /// - Throws: `.malformed` or `.unsupported` with a sentence about what is expected.
    package static func read(_ bytes: Span<UInt8>) throws(WAVError) -> WAVFile {
        guard bytes.count <= mostBytes else {
            throw WAVError(.unsupported, "The WAV file is larger than \(mostBytes) bytes.")
        }
        let file = try WAVFile(bytes: bytes)
        guard rates.contains(file.rate) else {
            throw WAVError(
                .unsupported,
                "The WAV file has \(file.rate) Hz; expected \(rates.lowerBound) to \(rates.upperBound) Hz.")
        }
        guard lengths.contains(file.length) else {
            throw WAVError(
                .unsupported,
                "The WAV file lasts \(file.length.wholeMilliseconds) ms; expected "
                    + "\(lengths.lowerBound.wholeMilliseconds) to \(lengths.upperBound.wholeMilliseconds) ms.")
        }
        return file
    }
}
