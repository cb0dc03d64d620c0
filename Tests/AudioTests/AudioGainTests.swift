import Audio
import Testing
import Waveforms

@Suite("Gain of audio in wire bytes") struct AudioGainTests {
    /// `count` samples of one value as little-endian bytes.
    private func bytes(_ value: Int16, _ count: Int) -> ArraySlice<UInt8> {
        var bytes: [UInt8] = []
        PCM16.encode([Int16](repeating: value, count: count).span, appendingTo: &bytes)
        return bytes[...]
    }

    private func samples(_ bytes: ArraySlice<UInt8>) -> [Int16] {
        var samples: [Int16] = []
        PCM16.decode(Array(bytes).span, appendingTo: &samples)
        return samples
    }

    @Test("Begins with the next sample, moves evenly, and stays")
    func ramp() {
        var gain = AudioGain()
        gain.move(to: 0.2, within: 480)
        var first = bytes(10_000, 480)
        gain.apply(toPCM16: &first)
        let heard = samples(first)
        #expect(heard[0] < 10_000 && heard[0] > 9_900)
        #expect(abs(Int(heard[239]) - 6_000) < 40)
        #expect(zip(heard, heard.dropFirst()).allSatisfy { $0 > $1 && $0 - $1 < 30 })
        var second = bytes(-10_000, 480)
        gain.apply(toPCM16: &second)
        #expect(samples(second) == [Int16](repeating: -2_000, count: 480))
    }

    @Test("Returns to one, where bytes pass untouched")
    func back() {
        var gain = AudioGain()
        #expect(gain.isUnity)
        gain.move(to: 0, within: 10)
        var audio = bytes(.min, 20)
        gain.apply(toPCM16: &audio)
        #expect(samples(audio).last == 0 && !gain.isUnity)
        gain.move(to: 1, within: 10)
        audio = bytes(.min, 20)
        gain.apply(toPCM16: &audio)
        #expect(samples(audio).suffix(11) == ArraySlice(repeating: .min, count: 11))
        #expect(gain.isUnity)
        audio = [1, 2, 3]
        gain.apply(toPCM16: &audio)
        #expect(audio == [1, 2, 3])
    }

    @Test("A ramp that is turned round begins where it is")
    func turn() {
        var gain = AudioGain()
        gain.move(to: 0, within: 100)
        var audio = bytes(10_000, 50)
        gain.apply(toPCM16: &audio)
        gain.move(to: 1, within: 50)
        audio = bytes(10_000, 50)
        gain.apply(toPCM16: &audio)
        let heard = samples(audio)
        #expect(abs(Int(heard[0]) - 5_100) < 20 && heard[49] > 9_990)
    }

    @Test("Keeps an odd byte, a slice's place, and numbers within bounds", arguments: [-1, 2, Double.infinity])
    func limits(wanted: Double) {
        var gain = AudioGain()
        gain.move(to: wanted, within: 0)
        let whole: [UInt8] = [9, 0xFF, 0x7F, 7, 9]
        var slice = whole[1..<4]
        gain.apply(toPCM16: &slice)
        #expect(slice.startIndex == 1 && slice.last == 7)
        #expect(slice.prefix(2) == (wanted < 0 ? [0, 0] : [0xFF, 0x7F]))
    }

    @Test("Is the same in both laws of G.711, within their steps", arguments: G711.allCases)
    func telephone(law: G711) {
        var gain = AudioGain()
        gain.move(to: 0.25, within: 1)
        var encoded: [UInt8] = []
        let original: [Int16] = [12_000, -12_000, 400, -400, 0, 32_000]
        law.encode(original.span, appendingTo: &encoded)
        var slice = encoded[...]
        gain.apply(to: &slice, of: law)
        var heard: [Int16] = []
        law.decode(Array(slice).span, appendingTo: &heard)
        for (sample, result) in zip(original, heard) {
            #expect(abs(Int(result) - Int(sample) / 4) <= max(16, abs(Int(sample)) / 4 / 16))
        }
    }
}
