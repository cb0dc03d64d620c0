import Audio
import Foundation
import Testing
import Waveforms

@Suite("The noise suppressor")
struct NoiseSuppressorTests {
    private static let rate = NoiseSuppressor.sampleRate
    /// Noise alone before and after the speech: three seconds each.
    private static let pause = 3 * rate

    /// A human voice: "go forward ten meters".
    private static func speech() throws -> [Int16] {
        let data = try Data(contentsOf: URL(filePath: "/usr/share/pocketsphinx/test/data/goforward.raw"))
        var samples: [Int16] = []
        PCM16.decode([UInt8](data).span, appendingTo: &samples)
        return samples
    }

    /// Steady noise with the level of a fan near by: 48 dB over one step of 16-bit audio.
    private static func noise(_ count: Int) -> [Int16] {
        var state: UInt64 = 7
        return (0..<count).map { _ in
            var sum = -6.0
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                sum += Double(state >> 11) / Double(1 << 53)
            }
            return Int16(sum * 250)
        }
    }

    private static func mixed() throws -> (noisy: [Int16], speech: [Int16]) {
        let voice = try speech()
        let clean = [Int16](repeating: 0, count: pause) + voice + [Int16](repeating: 0, count: pause)
        return (zip(clean, noise(clean.count)).map { Int16(clamping: Int($0) + Int($1)) }, clean)
    }

    private func suppress(
        _ samples: [Int16], _ distance: NoiseSuppressor.Distance, chunks: [Int] = [320]
    ) throws -> [Int16] {
        let suppressor = try NoiseSuppressor(distance)
        var output: [Int16] = []
        var position = 0
        var turn = 0
        while position < samples.count {
            let end = min(samples.count, position + chunks[turn % chunks.count])
            suppressor.process(samples.span.extracting(position..<end), appendingTo: &output)
            #expect((0...NoiseSuppressor.withheld).contains(end - output.count))
            (position, turn) = (end, turn + 1)
        }
        suppressor.finish(appendingTo: &output)
        return output
    }

    /// Level in dB over one step of 16-bit audio.
    private func level(_ samples: ArraySlice<Int16>) -> Double {
        10 * log10(samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count) + 1e-9)
    }

    @Test(
        "lowers noise in the pauses and leaves the voice as loud as it was",
        arguments: [(NoiseSuppressor.Distance.near, 12.0), (.far, 20.0)])
    func suppression(distance: NoiseSuppressor.Distance, decibels: Double) throws {
        let (noisy, clean) = try Self.mixed()
        let output = try suppress(noisy, distance)
        // Two seconds to learn the noise, then what is left of it.
        let before = 2 * Self.rate..<Self.pause
        let after = (noisy.count - 2 * Self.rate)..<noisy.count
        for pause in [before, after] {
            let fall = level(noisy[pause]) - level(output[pause])
            #expect(fall >= decibels, "the noise fell by \(fall) dB")
        }
        let voice = Self.pause + Self.rate / 2..<noisy.count - Self.pause - Self.rate / 2
        let change = level(output[voice]) - level(clean[voice])
        #expect(abs(change) <= 1, "the voice changed by \(change) dB")
    }

    @Test("leaves every sample where it was, however the stream is cut")
    func alignment() throws {
        let (noisy, clean) = try Self.mixed()
        let whole = try suppress(noisy, .near)
        #expect(whole.count == noisy.count)
        let voice = Self.pause + 6_000..<Self.pause + 30_000
        let likeness = (-400...400).map { shift in
            voice.reduce(0.0) { $0 + Double(clean[$1]) * Double(whole[$1 + shift]) }
        }
        #expect(likeness.firstIndex(of: likeness.max() ?? 0) == 400)
        for chunks in [[1], [7, 1, 960, 0, 333], [319, 320, 321]] {
            #expect(try suppress(noisy, .near, chunks: chunks) == whole)
        }
    }

    @Test("gives all samples at the end of each piece of a stream")
    func pieces() throws {
        let (noisy, _) = try Self.mixed()
        let suppressor = try NoiseSuppressor(.far)
        var position = 0
        for length in [0, 1, 319, 320, 321, 640, 5_000, Self.rate] {
            var output: [Int16] = []
            suppressor.process(noisy.span.extracting(position..<position + length), appendingTo: &output)
            suppressor.finish(appendingTo: &output)
            #expect(output.count == length)
            position += length
        }
    }

    @Test("knows nothing any more after a reset")
    func reset() throws {
        let (noisy, _) = try Self.mixed()
        let suppressor = try NoiseSuppressor(.near)
        var output: [Int16] = []
        suppressor.process(noisy.span, appendingTo: &output)
        try suppressor.reset()
        output = []
        suppressor.process(noisy.span, appendingTo: &output)
        suppressor.finish(appendingTo: &output)
        #expect(try suppress(noisy, .near) == output)
    }
}
