import Core
import Testing
import Waveforms

@Suite("Clips of typing") struct TypingClipTests {
    private func wav(_ count: Int, _ rate: Int) -> [UInt8] {
        WAVFile.encode(samples: [Int16](repeating: 1, count: count).span, rate: rate)
    }

    @Test(
        "of the right length and rate are taken",
        arguments: [(2_400, 8_000), (80_000, 8_000), (14_400, 48_000), (131_000, 48_000)])
    func taken(count: Int, rate: Int) throws {
        let file = try TypingClip.read(wav(count, rate).span)
        #expect(file.samples.count == count && file.rate == rate)
    }

    @Test(
        "of another one are refused with a sentence that says what is expected",
        arguments: [
            (2_399, 8_000, "300 to 10000 ms"), (80_008, 8_000, "300 to 10000 ms"), (20_000, 96_000, "8000 to 48000 Hz"),
            (4_000, 7_999, "8000 to 48000 Hz"), (131_072, 48_000, "larger than 262144 bytes"),
        ])
    func refused(count: Int, rate: Int, sentence: String) throws {
        let error = try #require(throws: WAVError.self) { try TypingClip.read(wav(count, rate).span) }
        #expect(error.code == .unsupported && error.message.contains(sentence), "\(error.message)")
    }

    @Test("are never a reason to crash: bytes changed, cut off and made up")
    func broken() {
        var random = SplitMix64(seed: 5)
        let whole = wav(4_000, 8_000)
        for round in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<(round % 2 == 0 ? 44 : bytes.count), using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            if round % 3 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            if let file = try? TypingClip.read(bytes.span) { #expect(file.length >= TypingClip.lengths.lowerBound) }
        }
    }
}
