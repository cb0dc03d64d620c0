import Core
import EventLoops
import Foundation
import Observability
import Pipeline
import Providers
import RealtimeProtocol
import Sessions
import VoiceActivity

/// How well turns end: human recordings with pauses put into the middle of their sentences, heard by the real voice activity
/// network and the embedded recogniser, and judged by the session's own rules.
///
/// Figures of the audio, not of this machine: how many turns are cut short, and how long the wait is after the last word.
enum TurnsBenchmark: Benchmark {
    static let name = "turns"

    private static let recordings =
        ["goforward.raw", "numbers.raw", "cards/005.wav"]
        + ["0870", "0880", "0890", "0920", "0930"].map { "librivox/sense_and_sensibility_01_austen_64kb-\($0).wav" }
    private static let pauses = [700, 1_200]

    private enum Mode: String, CaseIterable {
        case server = "server_vad 500 ms"
        case high = "semantic_vad high"
        case medium = "semantic_vad medium"
        case low = "semantic_vad low"
        case wordless = "semantic_vad medium without partial transcripts"

        var detection: TurnDetection {
            var vad = SemanticVAD()
            switch self {
            case .server: return .serverVAD(ServerVAD())
            case .high: vad.eagerness = .high
            case .medium, .wordless: vad.eagerness = .medium
            case .low: vad.eagerness = .low
            }
            return .semanticVAD(vad)
        }

        /// The detector's own silence, in samples.
        var silence: Int {
            switch self {
            case .server: 8_000
            case .high: 32_000
            case .medium, .wordless: 64_000
            case .low: 128_000
            }
        }
    }

    static func run(_ report: (Measurement) -> Void) throws {
        let weights =
            ProcessInfo.processInfo.environment["ANTIPHON_VAD_MODEL"] ?? ".run/models/silero_vad_16k.safetensors"
        let detectors = try SileroVADFactory(weightsPath: weights)
        let recogniser = try PocketSphinxSTT(
            threads: BlockingPool(name: "sphinx", threads: 1, capacity: 4), logger: Logger(handler: NullLogHandler()))
        var heard: [HeardSpeech] = []
        for recording in recordings {
            let samples = try Recording.samples(recording)
            for pause in pauses {
                heard.append(HeardSpeech(samples, pause: pause, detectors.makeDetector(), recogniser))
            }
        }
        for mode in Mode.allCases {
            let results = heard.map { result(mode, $0) }
            let waits = results.map(\.wait).sorted()
            let cut = results.reduce(0) { $0 + $1.cut }
            report(
                Measurement(name: "\(mode.rawValue): turns cut short, of \(heard.count)", value: Double(cut), unit: ""))
            report(
                Measurement(
                    name: "\(mode.rawValue): wait after the last word, median", value: waits[waits.count / 2],
                    unit: "ms"))
            report(Measurement(name: "\(mode.rawValue): the longest wait", value: waits.last ?? 0, unit: "ms"))
        }
    }

    /// Ends of the turn before the last word, and the wait after it.
    private static func result(_ mode: Mode, _ heard: HeardSpeech) -> (cut: Int, wait: Double) {
        var configuration = SessionConfiguration(model: "benchmark")
        configuration.input.turnDetection = mode.detection
        configuration.input.transcription = TranscriptionSettings(model: "embedded", language: "en")
        var machine = SessionStateMachine(
            id: SessionID("sess_benchmark"), configuration: configuration, settings: SessionSettings(),
            capabilities: SessionCapabilities(languageModel: "none", acceptsImages: false), expiresAt: 0,
            identifiers: IdentifierSource(generator: SplitMix64(seed: 1)))
        var gate = SpeechGate(configuration: .init(silenceDuration: mode.silence))
        var now = MonotonicInstant.zero
        var stops: [Duration] = []
        var item: ItemID?
        var wordsBefore = 0
        var words: [Substring] = []
        func pass(_ input: SessionInput) {
            for action in machine.handle(input, now: now) {
                switch action {
                case .send(.speechStarted(let id, _)): item = id
                case .send(.speechStopped(_, let end)):
                    stops.append(end)
                    item = nil
                    wordsBefore = words.count
                case .endSpeech: gate.endSpeech()
                default: break
                }
            }
        }
        pass(.opened)
        for (index, probability) in heard.probabilities.enumerated() {
            now = now + HeardSpeech.window
            pass(.audioAppended(HeardSpeech.window))
            switch gate.process(probability: probability) {
            case .speechStarted(let sample): pass(.speechStarted(position: HeardSpeech.time(sample)))
            case .speechPaused(let sample): pass(.speechPaused(position: HeardSpeech.time(sample)))
            case .speechResumed(let sample): pass(.speechResumed(position: HeardSpeech.time(sample)))
            case .speechStopped: pass(.speechStopped)
            case nil: break
            }
            guard mode != .wordless, let partial = heard.partials[index] else { continue }
            words = partial.split(separator: " ")
            if let item { pass(.transcriptPartial(item, words.dropFirst(wordsBefore).joined(separator: " "))) }
        }
        let cut = stops.count { $0 < heard.end }
        let last = stops.first { $0 >= heard.end } ?? HeardSpeech.window * heard.probabilities.count
        return (cut, (last - heard.end) / .milliseconds(1))
    }
}
