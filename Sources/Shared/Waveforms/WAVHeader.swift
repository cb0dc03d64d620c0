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
    /// Whether the highest byte of a number comes first, as in RIFX.
    package var isBigEndian = false

    /// Whether the samples are 16-bit signed integers, the lowest byte first.
    package var isPCM16: Bool { formatTag == 1 && bitsPerSample == 16 && !isBigEndian }

    /// How a sample is written; nil for compressed audio.
    package var coding: SampleCoding? { SampleCoding(formatTag: formatTag, bits: bitsPerSample) }

    /// Reads the body of a `fmt ` chunk; nil if it is too short or makes no sense.
    init?(chunk: ArraySlice<UInt8>, isBigEndian: Bool = false) {
        guard chunk.count >= 16 else { return nil }
        func number(_ offset: Int, _ size: Int) -> Int {
            chunk.number(at: chunk.startIndex + offset, size, isBigEndian)
        }
        formatTag = number(0, 2)
        if formatTag == 0xFFFE, chunk.count >= 26 { formatTag = number(24, 2) }
        channels = number(2, 2)
        rate = number(4, 4)
        bitsPerSample = number(14, 2)
        self.isBigEndian = isBigEndian
        guard channels > 0, rate > 0, bitsPerSample > 0 else { return nil }
    }
}

extension ArraySlice<UInt8> {
    /// The number without sign in the `size` bytes at `index`, seven at most.
    func number(at index: Int, _ size: Int, _ isBigEndian: Bool) -> Int {
        (0..<size).reduce(0) { $0 << 8 | Int(self[index + (isBigEndian ? $1 : size - 1 - $1)]) }
    }
}
