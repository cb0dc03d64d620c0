/// How audio bytes on the wire are to be read (protocol section 4.1).
package enum AudioFormat: Sendable, Hashable, CaseIterable {
    /// 16-bit little-endian signed samples, mono, 24,000 Hz: 48 bytes per millisecond.
    case pcm16
    /// G.711 µ-law, mono, 8,000 Hz: 8 bytes per millisecond.
    case g711MuLaw
    /// G.711 A-law, mono, 8,000 Hz: 8 bytes per millisecond.
    case g711ALaw

    /// Samples per second.
    package var sampleRate: Int { self == .pcm16 ? 24_000 : 8_000 }

    /// Bytes one sample takes on the wire.
    package var bytesPerSample: Int { self == .pcm16 ? 2 : 1 }
}
