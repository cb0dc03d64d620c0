import Audio
import Foundation
import Pipeline
import VoiceActivity
import Waveforms

/// The voice activity network: one 32 ms window on one core, and onnxruntime for the same window.
///
/// `ANTIPHON_VAD_MODEL` names the weights, `ANTIPHON_BENCH_PYTHON` a Python with onnxruntime and numpy; by default both are in
/// `.run` of the working directory, where `make setup` puts them.
enum VADBenchmark: Benchmark {
    static let name = "vad"

    static func run(_ report: (Measurement) -> Void) throws {
        let environment = ProcessInfo.processInfo.environment
        let weights = environment["ANTIPHON_VAD_MODEL"] ?? ".run/models/silero_vad_16k.safetensors"
        let python = environment["ANTIPHON_BENCH_PYTHON"] ?? ".run/venv/bin/python"
        var best = Double.infinity
        for set in InstructionSet.allCases where set.isAvailable {
            let isDefault = set == .best
            let time = try windowTime(SileroVADFactory(weightsPath: weights, instructionSet: set), count: 20_000)
            if isDefault { best = time }
            report(
                Measurement(
                    name: "window with \(set.rawValue)\(isDefault ? ", the default here" : "")", value: time,
                    unit: "µs",
                    budget: isDefault ? .atMost(50) : .none))
        }
        report(
            Measurement(
                name: "window with 500 sessions in turn", value: try turnTime(weights: weights, sessions: 500),
                unit: "µs", budget: .atMost(50)))
        let reference = try onnxruntime(python)
        report(Measurement(name: "window with onnxruntime, one thread", value: reference, unit: "µs"))
        report(
            Measurement(name: "times faster than onnxruntime", value: reference / best, unit: "x", budget: .atLeast(3)))
    }

    /// One session's windows in a row.
    private static func windowTime(_ factory: SileroVADFactory, count: Int) throws -> Double {
        let windows = try Windows()
        let detector = factory.makeDetector()
        return Measurement.medianMicroseconds(count: count) { windows.pass($0, to: detector) }
    }

    /// Many sessions in turn, each with its own state.
    private static func turnTime(weights: String, sessions: Int) throws -> Double {
        let windows = try Windows()
        let factory = try SileroVADFactory(weightsPath: weights)
        let detectors = (0..<sessions).map { _ in factory.makeDetector() }
        return Measurement.medianMicroseconds(count: 20_000) {
            windows.pass($0 / sessions, to: detectors[$0 % sessions])
        }
    }

    /// The windows of the recording, over and over.
    private struct Windows {
        private var samples: [Float] = []
        private let count: Int

        init() throws {
            let recording = try Recording.samples()
            PCM16.floats(recording.span, appendingTo: &samples)
            count = samples.count / 512
        }

        func pass(_ index: Int, to detector: any VoiceActivityDetector) {
            let begin = index % count * 512
            _ = detector.probability(of: samples.span.extracting(begin..<begin + 512))
        }
    }

    /// The median that `vad_onnx.py` prints.
    private static func onnxruntime(_ python: String) throws -> Double {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "vad_onnx.py")
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [script.path]
        let output = Pipe()
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            throw BenchmarkError(description: "\(python) cannot be started; ANTIPHON_BENCH_PYTHON names another.")
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, let time = Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else {
            throw BenchmarkError(description: "onnxruntime was not measured, see above.")
        }
        return time
    }
}
