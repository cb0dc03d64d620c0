/// How one sample of uncompressed audio is written, apart from the order of its bytes.
package enum SampleCoding: Sendable, Hashable, CaseIterable {
    /// Integers; those of 8 bits have no sign.
    case pcm8, pcm16, pcm24, pcm32
    /// -1 to 1.
    case float32, float64
    /// Telephone audio, one byte a sample.
    case muLaw, aLaw

    /// Bytes of one sample.
    package var width: Int {
        switch self {
        case .pcm8, .muLaw, .aLaw: 1
        case .pcm16: 2
        case .pcm24: 3
        case .pcm32, .float32: 4
        case .float64: 8
        }
    }

    /// The coding of a WAV file's format tag and bits; nil for one that is not uncompressed.
    init?(formatTag: Int, bits: Int) {
        switch (formatTag, bits) {
        case (1, 1...8): self = .pcm8
        case (1, 9...16): self = .pcm16
        case (1, 17...24): self = .pcm24
        case (1, 25...32): self = .pcm32
        case (3, 32): self = .float32
        case (3, 64): self = .float64
        case (6, 8): self = .aLaw
        case (7, 8): self = .muLaw
        default: return nil
        }
    }
}
