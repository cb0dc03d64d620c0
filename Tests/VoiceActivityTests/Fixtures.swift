import Foundation
import Pipeline
import Testing

@testable import VoiceActivity

/// What the tests of this module read from disk.
enum Fixtures {
    /// Why a test cannot run, as a sentence.
    struct Missing: Error, CustomStringConvertible { var description: String }

    /// A human recording and the reference probabilities of its windows.
    struct Recording: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var audio: String

        static let all = [
            Recording(testDescription: "goforward", audio: "goforward.raw"),
            Recording(
                testDescription: "sense_and_sensibility_0870",
                audio: "librivox/sense_and_sensibility_01_austen_64kb-0870.wav"),
        ]

        /// Samples in -1…1; the WAV files have the plain header of 44 bytes.
        func samples() throws -> [Float] {
            let path = "/usr/share/pocketsphinx/test/data/" + audio
            guard let data = FileManager.default.contents(atPath: path) else {
                throw Missing(description: "\(path) is missing: install Debian's pocketsphinx-testdata.")
            }
            let bytes = [UInt8](audio.hasSuffix(".wav") ? data.dropFirst(44) : data)
            return stride(from: 0, to: bytes.count - 1, by: 2).map {
                Float(Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)) / 32_768
            }
        }

        /// One probability for each window, made by Tests/Fixtures/voice-activity/make_reference.py.
        func reference() throws -> [Float] {
            let url = Fixtures.root.appending(path: "Tests/Fixtures/voice-activity/\(testDescription).txt")
            return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { try #require(Float($0)) }
        }
    }

    /// The repository's root.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The bytes of the weights file.
    static func weights() throws -> Data {
        let path =
            ProcessInfo.processInfo.environment["ANTIPHON_VAD_MODEL"]
            ?? root.appending(path: ".run/models/silero_vad_16k.safetensors").path
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Missing(
                description: "\(path) is missing: `make setup` installs it, ANTIPHON_VAD_MODEL names another.")
        }
        return data
    }

    /// A factory for the kernels of `instructionSet`.
    static func factory(_ instructionSet: InstructionSet = .best) throws -> SileroVADFactory {
        try SileroVADFactory(file: SafetensorsFile(bytes: weights()), instructionSet: instructionSet)
    }
}

extension SileroVADFactory {
    /// The probabilities of all whole windows of `samples`, from a detector in its initial state.
    func probabilities(_ samples: [Float]) -> [Float] {
        let detector = makeDetector()
        return stride(from: 0, through: samples.count - 512, by: 512).map {
            detector.probability(of: samples.span.extracting($0..<$0 + 512))
        }
    }
}

/// The largest difference between two lists of the same length.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).map { abs($0 - $1) }.max() ?? .infinity }
