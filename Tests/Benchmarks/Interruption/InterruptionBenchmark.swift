import Core
import Foundation
import RealtimeProtocol
import VoiceActivity

/// How often each interruption mode stops an answer that it should not stop, and does not stop one that it should.
enum InterruptionBenchmark: Benchmark {
    static let name = "interruption"

    /// One way to deal with overlapping speech.
    private struct Setup {
        let name: String
        var mode: InterruptionSettings.Mode
        var recogniser = OverlapConversation.Recogniser.streaming(.milliseconds(200))
        var echoGuard = Duration.zero

        var settings: InterruptionSettings {
            var settings = InterruptionSettings()
            settings.mode = mode
            settings.echoGuard = echoGuard
            return settings
        }
    }

    private static let setups = [
        Setup(name: "immediate", mode: .immediate), Setup(name: "confirmed", mode: .confirmed),
        Setup(name: "semantic, words after 200 ms", mode: .semantic),
        Setup(
            name: "semantic, words after 200 ms, echo guard", mode: .semantic, echoGuard: .milliseconds(1_800)),
        Setup(
            name: "semantic, words 500 ms after the end", mode: .semantic, recogniser: .whole(.milliseconds(500)),
            echoGuard: .milliseconds(1_800)),
    ]

    static func run(_ report: (Measurement) -> Void) throws {
        let corpus = try OverlapCorpus()
        let weights =
            ProcessInfo.processInfo.environment["ANTIPHON_VAD_MODEL"] ?? ".run/models/silero_vad_16k.safetensors"
        let detectors = try SileroVADFactory(weightsPath: weights)
        for setup in setups {
            var wrong: [Utterance.Kind: Int] = [:]
            var times: [Duration] = []
            for utterance in corpus.utterances {
                let conversation = try OverlapConversation(setup.settings, utterance.kind, detectors)
                let stop = try conversation.run(utterance, over: corpus.answer, setup.recogniser)
                if (stop != nil) != utterance.kind.shallStop { wrong[utterance.kind, default: 0] += 1 }
                if let stop, utterance.kind.shallStop { times.append(stop) }
            }
            for kind in Utterance.Kind.allCases {
                let count = corpus.utterances.count { $0.kind == kind }
                report(
                    Measurement(
                        name:
                            "\(setup.name): \(kind.rawValue), \(count), \(kind.shallStop ? "missed" : "wrongly stopped by")",
                        value: Double(wrong[kind] ?? 0), unit: ""))
            }
            func share(_ shallStop: Bool) -> Double {
                let all = corpus.utterances.count { $0.kind.shallStop == shallStop }
                let faults = wrong.reduce(0) { $0 + ($1.key.shallStop == shallStop ? $1.value : 0) }
                return 100 * Double(faults) / Double(all)
            }
            report(
                Measurement(
                    name: "\(setup.name): false stops", value: share(false), unit: "%"))
            report(
                Measurement(
                    name: "\(setup.name): missed stops", value: share(true), unit: "%"))
            times.sort()
            if let last = times.last {
                let (median, most) = (times[times.count / 2].inSeconds * 1000, last.inSeconds * 1000)
                report(
                    Measurement(name: "\(setup.name): stop after the first sound, median", value: median, unit: "ms"))
                report(Measurement(name: "\(setup.name): stop after the first sound, most", value: most, unit: "ms"))
            }
        }
    }
}
