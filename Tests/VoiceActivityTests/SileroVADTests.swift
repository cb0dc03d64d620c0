import Foundation
import Pipeline
import Testing

@testable import VoiceActivity

@Suite("The native Silero network")
struct SileroVADTests {
    static let variants = InstructionSet.allCases.filter(\.isAvailable)

    @Test("says what the reference model says on a human recording", arguments: Fixtures.Recording.all, variants)
    func reference(_ recording: Fixtures.Recording, _ variant: InstructionSet) throws {
        let native = try Fixtures.factory(variant).probabilities(recording.samples())
        let reference = try recording.reference()
        #expect(native.count == reference.count)
        // The goal is 1e-3; measured is 2.4e-6.
        #expect(largestDifference(native, reference) < 1e-4)
    }

    @Test("computes the stored basis itself when it is not a windowed DFT")
    func basis() throws {
        var bytes = try Fixtures.weights()
        #expect(try SileroWeights(SafetensorsFile(bytes: bytes)).usesFFT)
        try Safetensors.change("stft_conv.weight", at: 1000, in: &bytes) { $0 + 2e-5 }
        let file = try SafetensorsFile(bytes: bytes)
        #expect(try !SileroWeights(file).usesFFT)
        let recording = Fixtures.Recording.all[0]
        for variant in Self.variants {
            let native = try SileroVADFactory(file: file, instructionSet: variant).probabilities(recording.samples())
            #expect(largestDifference(native, try recording.reference()) < 1e-3)
        }
    }

    @Test("hears nothing in a minute of silence, and still hears speech after it", arguments: variants)
    func silence(_ variant: InstructionSet) throws {
        let samples = try Fixtures.Recording.all[0].samples()
        let minute = [Float](repeating: 0, count: 1_875 * 512)
        let probabilities = try Fixtures.factory(variant).probabilities(minute + samples)
        #expect(probabilities.prefix(1_875).allSatisfy { $0 >= 0 && $0 < 0.1 })
        #expect(probabilities.dropFirst(1_875).filter { $0 > 0.5 }.count > 40)
    }

    @Test("stays within 0 and 1 for clipping noise, denormals and values that are no numbers", arguments: variants)
    func hostile(_ variant: InstructionSet) throws {
        let factory = try Fixtures.factory(variant)
        let detector = factory.makeDetector()
        var generator = LinearCongruential(state: 1)
        let noise = (0..<512 * 20).map { _ in Bool.random(using: &generator) ? Float(1) : -1 }
        let strange: [Float] = [
            .nan, .infinity, -.infinity, .signalingNaN, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e30, -5,
        ]
        let windows =
            (0..<20).map { Array(noise[$0 * 512..<($0 + 1) * 512]) }
            + strange.map { [Float](repeating: $0, count: 512) }
            + [(0..<512).map { strange[$0 % strange.count] }]
        for window in windows {
            let probability = detector.probability(of: window.span)
            #expect(probability >= 0 && probability <= 1)
        }
        let recording = Fixtures.Recording.all[0]
        let samples = try recording.samples()
        let heard = stride(from: 0, through: samples.count - 512, by: 512).filter {
            detector.probability(of: samples.span.extracting($0..<$0 + 512)) > 0.5
        }
        #expect(heard.count > 40)
    }

    @Test("treats a window without numbers as silence")
    func notANumber() throws {
        let factory = try Fixtures.factory()
        let silent = factory.probabilities([Float](repeating: 0, count: 1_024))
        let strange = factory.probabilities(
            [Float](repeating: .nan, count: 512) + [Float](repeating: .leastNormalMagnitude / 8, count: 512))
        #expect(silent == strange)
    }

    @Test("is as new after a reset")
    func reset() throws {
        let factory = try Fixtures.factory()
        let samples = Array(try Fixtures.Recording.all[1].samples().prefix(512 * 40))
        let detector = factory.makeDetector()
        var runs: [[Float]] = []
        for _ in 0..<2 {
            runs.append(
                stride(from: 0, through: samples.count - 512, by: 512).map {
                    detector.probability(of: samples.span.extracting($0..<$0 + 512))
                })
            detector.reset()
        }
        #expect(runs[0] == runs[1])
        #expect(runs[0] == factory.probabilities(samples))
    }

    @Test("keeps the listeners apart")
    func independence() throws {
        let factory = try Fixtures.factory()
        let samples = try Fixtures.Recording.all[0].samples()
        let alone = factory.probabilities(samples)
        let detector = factory.makeDetector()
        let other = factory.makeDetector()
        let silence = [Float](repeating: 0, count: 512)
        let together = stride(from: 0, through: samples.count - 512, by: 512).map {
            _ = other.probability(of: silence.span)
            return detector.probability(of: samples.span.extracting($0..<$0 + 512))
        }
        #expect(alone == together)
    }
}

/// A small generator with a fixed seed, so that each run hears the same noise.
struct LinearCongruential: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 31
    }
}
