import Audio
import Testing

@Suite("G.711")
struct G711Tests {
    func decode(_ law: G711, _ byte: UInt8) -> Int16 {
        var samples: [Int16] = []
        law.decode([byte].span, appendingTo: &samples)
        return samples[0]
    }

    func encode(_ law: G711, _ sample: Int16) -> UInt8 {
        var bytes: [UInt8] = []
        law.encode([sample].span, appendingTo: &bytes)
        return bytes[0]
    }

    // Tables 1a and 2a of the recommendation, scaled to 16 bits: A-law values by 8, µ-law values by 4.
    static let muLaw: [(UInt8, Int16)] = [
        (0x80, 32_124), (0x00, -32_124), (0x8F, 16_764), (0x9F, 8_316), (0xAF, 4_092), (0xBF, 1_980), (0xCF, 924),
        (0xDF, 396), (0xEF, 132), (0xFE, 8), (0xFF, 0), (0x7F, 0), (0x7E, -8),
    ]
    static let aLaw: [(UInt8, Int16)] = [
        (0xAA, 32_256), (0x2A, -32_256), (0xA5, 16_896), (0xB5, 8_448), (0x85, 4_224), (0x95, 2_112), (0xE5, 1_056),
        (0xF5, 528), (0xC5, 264), (0xD5, 8), (0x55, -8),
    ]

    @Test("decodes the values of the recommendation")
    func decoding() {
        for (byte, sample) in Self.muLaw { #expect(decode(.muLaw, byte) == sample) }
        for (byte, sample) in Self.aLaw { #expect(decode(.aLaw, byte) == sample) }
    }

    @Test("encodes at the decision values of the recommendation")
    func encoding() {
        let muLaw: [(Int16, UInt8)] = [
            (.max, 0x80), (.min, 0x00), (0, 0xFF), (-1, 0x7F), (3, 0xFF), (4, 0xFE), (123, 0xF0), (124, 0xEF),
            (-125, 0x6F),
        ]
        let aLaw: [(Int16, UInt8)] = [
            (.max, 0xAA), (.min, 0x2A), (0, 0xD5), (-1, 0x55), (15, 0xD5), (16, 0xD4), (-17, 0x54), (512, 0xF5),
            (16_384, 0xA5),
        ]
        for (sample, byte) in muLaw { #expect(encode(.muLaw, sample) == byte) }
        for (sample, byte) in aLaw { #expect(encode(.aLaw, sample) == byte) }
    }

    @Test("gives each byte back", arguments: G711.allCases)
    func roundTrip(law: G711) {
        for byte in UInt8.min...UInt8.max { #expect(encode(law, decode(law, byte)) == expected(law, byte)) }
    }

    /// µ-law has two zeros; the negative one comes back positive.
    func expected(_ law: G711, _ byte: UInt8) -> UInt8 { law == .muLaw && byte == 0x7F ? 0xFF : byte }

    @Test("is never further from a sample than about half a step of its segment", arguments: G711.allCases)
    func distance(law: G711) {
        for value in stride(from: -32_000, through: 32_000, by: 7) {
            let heard = Int(decode(law, encode(law, Int16(value))))
            #expect(abs(heard - value) <= max(8, (abs(value) + 132) / 30))
        }
    }

    @Test("has a byte for silence", arguments: G711.allCases)
    func silence(law: G711) { #expect(encode(law, 0) == law.silence) }
}
