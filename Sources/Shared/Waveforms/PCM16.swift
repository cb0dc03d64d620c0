// DESIGN. 16-bit little-endian samples, the form in which audio crosses the wire and goes to providers. On a little-endian
// machine, which is every one we build for, bytes and samples are the same memory, so each direction is one copy.

/// Conversions of 16-bit samples.
///
/// Pure functions for any thread.
package enum PCM16 {
    /// Appends the bytes of `samples`, little-endian.
    package static func encode(_ samples: Span<Int16>, appendingTo bytes: inout [UInt8]) {
        // Sound: Int16 has no padding and the bytes are read within the closure.
        unsafe samples.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends the samples of `bytes`, little-endian; an odd byte at the end is ignored, see `PCM16Decoder` for streams.
    package static func decode(_ bytes: Span<UInt8>, appendingTo samples: inout [Int16]) {
        let count = bytes.count / 2
        guard count > 0 else { return }
        let begin = samples.count
        samples.append(contentsOf: repeatElement(0, count: count))
        // Sound: `count * 2` bytes are within the source and, after the append, within the target.
        unsafe bytes.withUnsafeBytes { source in
            unsafe samples.withUnsafeMutableBytes { target in
                let tail = unsafe UnsafeMutableRawBufferPointer(rebasing: target[(begin * 2)...])
                unsafe tail.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<(count * 2)]))
            }
        }
    }

    /// Appends `samples` as floats in -1…1.
    package static func floats(_ samples: Span<Int16>, appendingTo floats: inout [Float]) {
        let begin = floats.count
        floats.append(contentsOf: repeatElement(0, count: samples.count))
        for index in samples.indices { floats[begin + index] = Float(samples[index]) * (1 / 32_768) }
    }

    /// Appends `floats` as samples, rounded; beyond -1…1 is full scale, what is no number is silence.
    package static func samples(_ floats: Span<Float>, appendingTo samples: inout [Int16]) {
        let begin = samples.count
        samples.append(contentsOf: repeatElement(0, count: floats.count))
        for index in floats.indices {
            let value = floats[index] * 32_768
            samples[begin + index] = value.isNaN ? 0 : Int16(max(-32_768, min(32_767, value.rounded())))
        }
    }
}

#if _endian(big)
#error("PCM16 copies samples as they lie in memory and needs a little-endian machine.")
#endif

/// Reads 16-bit little-endian samples from a stream that may be cut in the middle of one.
package struct PCM16Decoder: Sendable {
    /// The first half of a sample whose second half has not come yet.
    private var pending: UInt8?

    /// A decoder at the start of a stream.
    package init() {}

    /// Whether half a sample waits for the next bytes.
    package var isMidSample: Bool { pending != nil }

    /// Appends the samples that `bytes` complete.
    package mutating func decode(_ bytes: Span<UInt8>, appendingTo samples: inout [Int16]) {
        guard !bytes.isEmpty else { return }
        var begin = 0
        if let low = pending {
            samples.append(Int16(truncatingIfNeeded: UInt16(low) | UInt16(bytes[0]) << 8))
            begin = 1
        }
        let rest = bytes.extracting(begin..<bytes.count)
        PCM16.decode(rest, appendingTo: &samples)
        pending = rest.count % 2 == 1 ? rest[rest.count - 1] : nil
    }

    /// Forgets half a sample.
    package mutating func reset() { pending = nil }
}
