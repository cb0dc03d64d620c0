/// What the `fmt ` chunk of a WAV file says.
package struct WAVHeader: Sendable, Hashable {
    /// The header that most programs write: RIFF, a `fmt ` chunk of 16 bytes, the start of `data`.
    package static let plainSize = 44

    /// 1: PCM, 3: float, 6 and 7: A-law and µ-law, 0xFFFE: the first two bytes of the extension tell.
    package var formatTag: Int
    /// One or more.
    package var channels: Int
    /// Samples per second and channel.
    package var rate: Int
    /// Of one sample.
    package var bitsPerSample: Int

    /// Whether the samples are 16-bit signed integers.
    package var isPCM16: Bool { formatTag == 1 && bitsPerSample == 16 }

    /// Reads the body of a `fmt ` chunk; nil if it is too short or makes no sense.
    init?(chunk: ArraySlice<UInt8>) {
        guard chunk.count >= 16 else { return nil }
        func number(_ offset: Int, _ size: Int) -> Int {
            (0..<size).reduce(0) { $0 | Int(chunk[chunk.startIndex + offset + $1]) << (8 * $1) }
        }
        formatTag = number(0, 2)
        if formatTag == 0xFFFE, chunk.count >= 26 { formatTag = number(24, 2) }
        channels = number(2, 2)
        rate = number(4, 4)
        bitsPerSample = number(14, 2)
        guard channels > 0, rate > 0, bitsPerSample > 0 else { return nil }
    }
}
