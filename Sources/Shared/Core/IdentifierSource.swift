/// Makes ids: prefix plus random alphanumerics.
///
/// A value type over an injected generator, so that a test's ids repeat.
package struct IdentifierSource: Sendable {
    private var generator: any RandomNumberGenerator & Sendable
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// A source that draws from `generator`; the default is the operating system's.
    package init(generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        self.generator = generator
    }

    /// A number from 0 up to, and without, `count`, which is at least 1; for choices that a test repeats.
    package mutating func index(below count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    /// A new id of the wanted kind with `length` random characters (125 bits at the default 21).
    package mutating func next<ID: PrefixedIdentifier>(_ kind: ID.Type = ID.self, length: Int = 21) -> ID {
        var text = ID.prefix
        text.reserveCapacity(text.utf8.count + length)
        var bits: UInt64 = 0
        var available = 0
        var missing = length
        while missing > 0 {
            if available < 6 {
                bits = generator.next()
                available = 64
            }
            let index = Int(bits & 63)
            bits >>= 6
            available -= 6
            // 62 and 63 have no character; taking them modulo would make some characters likelier.
            guard index < Self.alphabet.count else { continue }
            text.unicodeScalars.append(Unicode.Scalar(Self.alphabet[index]))
            missing -= 1
        }
        return ID(text)
    }
}

/// A small seeded generator for repeatable ids and jitter in tests and simulations: SplitMix64 (Steele, Lea, Flood 2014).
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64
    /// A generator whose sequence is fixed by `seed`.
    package init(seed: UInt64) { state = seed }
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
