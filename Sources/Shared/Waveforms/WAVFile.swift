/// A whole WAV file in memory: 16-bit PCM, mono (RIFF, http://soundfile.sapp.org/doc/WaveFormat/).
package struct WAVFile: Sendable, Hashable {
    /// Samples per second.
    package var rate: Int
    /// Mono samples.
    package var samples: [Int16]

    /// A file of these samples.
    package init(rate: Int, samples: [Int16]) {
        self.rate = rate
        self.samples = samples
    }

    /// How long it plays.
    package var length: Duration { .nanoseconds(Int64(samples.count) * 1_000_000_000 / Int64(rate)) }

    /// Writes a file with the plain header of 44 bytes.
    ///
    /// - Parameters:
    ///   - samples: mono, fewer than 2^31 bytes; what is more is cut off.
    ///   - rate: samples per second.
    /// - Returns: the bytes of the file.
    package static func encode(samples: Span<Int16>, rate: Int) -> [UInt8] {
        let samples = samples.extracting(0..<min(samples.count, Int(Int32.max) / 2 - 64))
        let size = samples.count * 2
        var bytes: [UInt8] = []
        bytes.reserveCapacity(WAVHeader.plainSize + size)
        bytes += Array("RIFF".utf8)
        bytes.appendLittleEndian(UInt32(36 + size))
        bytes += Array("WAVEfmt ".utf8)
        bytes.appendLittleEndian(UInt32(16))
        bytes.appendLittleEndian(UInt16(1))  // PCM
        bytes.appendLittleEndian(UInt16(1))  // mono
        bytes.appendLittleEndian(UInt32(clamping: rate))
        bytes.appendLittleEndian(UInt32(clamping: rate * 2))  // bytes per second
        bytes.appendLittleEndian(UInt16(2))  // bytes per frame
        bytes.appendLittleEndian(UInt16(16))  // bits per sample
        bytes += Array("data".utf8)
        bytes.appendLittleEndian(UInt32(size))
        PCM16.encode(samples, appendingTo: &bytes)
        return bytes
    }

    /// Reads a file of 16-bit PCM; several channels are averaged to one.
    /// - Throws: `.malformed` or `.unsupported`.
    package init(bytes: Span<UInt8>) throws(WAVError) {
        var reader = WAVStreamReader()
        var audio: [UInt8] = []
        try reader.read(bytes, appendingTo: &audio)
        audio += reader.finish()
        guard let header = reader.header else {
            throw WAVError(.malformed, "The audio does not begin with a whole WAV header.")
        }
        guard header.isPCM16 else {
            throw WAVError(.unsupported, "The WAV file does not hold 16-bit PCM.")
        }
        var samples: [Int16] = []
        PCM16.decode(audio.span, appendingTo: &samples)
        if header.channels > 1 {
            let channels = header.channels
            samples = (0..<samples.count / channels).map { frame in
                let sum = (0..<channels).reduce(0) { $0 + Int(samples[frame * channels + $1]) }
                return Int16(sum / channels)
            }
        }
        rate = header.rate
        self.samples = samples
    }
}

extension [UInt8] {
    /// Appends the bytes of `value`, the lowest first.
    fileprivate mutating func appendLittleEndian<T: FixedWidthInteger>(_ value: T) {
        for shift in stride(from: 0, to: T.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> T(shift))) }
    }
}
