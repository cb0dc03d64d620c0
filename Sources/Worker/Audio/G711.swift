// DESIGN. ITU-T G.711 by tables: 256 entries to decode, and to encode one for each input that the law tells apart (the upper
// 14 bits of a sample for µ-law, 12 for A-law). They are filled once by the arithmetic of the ITU's own software (G.191 Software
// Tools Library, `ulaw_compress` and its siblings); the tests compare them with values of the recommendation.

/// The two laws of telephone audio: one byte for a sample, 8,000 Hz mono.
///
/// Pure functions for any thread.
package enum G711: Sendable, CaseIterable {
    /// North America and Japan.
    case muLaw
    /// Everywhere else.
    case aLaw

    /// Appends the samples that `bytes` stand for.
    package func decode(_ bytes: Span<UInt8>, appendingTo samples: inout [Int16]) {
        let table = tables.decode
        samples.reserveCapacity(samples.count + bytes.count)
        for index in bytes.indices { samples.append(table[Int(bytes[index])]) }
    }

    /// Appends the byte nearest to each sample.
    package func encode(_ samples: Span<Int16>, appendingTo bytes: inout [UInt8]) {
        let (table, shift) = (tables.encode, tables.shift)
        bytes.reserveCapacity(bytes.count + samples.count)
        for index in samples.indices { bytes.append(table[Int(UInt16(bitPattern: samples[index]) >> shift)]) }
    }

    /// The sample that `byte` stands for.
    package func sample(of byte: UInt8) -> Int16 { tables.decode[Int(byte)] }

    /// The byte nearest to `sample`.
    package func byte(of sample: Int16) -> UInt8 {
        let tables = tables
        return tables.encode[Int(UInt16(bitPattern: sample) >> tables.shift)]
    }

    /// The byte of silence.
    package var silence: UInt8 { self == .muLaw ? 0xFF : 0xD5 }

    private var tables: Tables { self == .muLaw ? Self.muLawTables : Self.aLawTables }

    private struct Tables: Sendable {
        var decode: [Int16]
        var encode: [UInt8]
        /// Low bits of a sample that the law ignores.
        var shift: UInt16

        init(shift: UInt16, expand: (UInt8) -> Int, compress: (Int) -> UInt8) {
            self.shift = shift
            decode = (0...255).map { Int16(expand(UInt8($0))) }
            encode = (0..<65_536 >> Int(shift)).map { compress(Int(Int16(truncatingIfNeeded: $0 << Int(shift)))) }
        }
    }

    private static let muLawTables = Tables(
        shift: 2,
        expand: { byte in
            let mantissa = Int(~byte) & 15
            let exponent = Int(~byte) >> 4 & 7
            let step = 8 << exponent
            let magnitude = 128 << exponent + step * mantissa + step / 2 - 4 * 33
            return byte < 0x80 ? -magnitude : magnitude
        },
        compress: { sample in
            let magnitude = min((sample < 0 ? ~sample : sample) >> 2 + 33, 0x1FFF)
            let segment = Int.bitWidth - (magnitude >> 6).leadingZeroBitCount + 1
            let code = (8 - segment) << 4 | (15 - magnitude >> segment & 15)
            return UInt8(sample < 0 ? code : code | 0x80)
        })

    private static let aLawTables = Tables(
        shift: 4,
        expand: { byte in
            let code = Int(byte ^ 0x55) & 0x7F
            let exponent = code >> 4
            let mantissa = (code & 15 + (exponent > 0 ? 16 : 0)) << 4 + 8
            let magnitude = exponent > 1 ? mantissa << (exponent - 1) : mantissa
            return byte < 0x80 ? -magnitude : magnitude
        },
        compress: { sample in
            var magnitude = (sample < 0 ? ~sample : sample) >> 4
            if magnitude > 15 {
                var exponent = 1
                while magnitude > 31 {
                    magnitude >>= 1
                    exponent += 1
                }
                magnitude += exponent << 4 - 16
            }
            return UInt8(sample < 0 ? magnitude : magnitude | 0x80) ^ 0x55
        })
}
