import Audio
import Core
import EventLoops
import Foundation
import Observability
import Pipeline
import Providers
import Synchronization

/// What people and rooms put into an assistant's speech: human recordings of Debian's pocketsphinx-testdata, words spoken by
/// espeak-ng, and noises made here.
struct OverlapCorpus {
    let utterances: [Utterance]
    /// An answer of the assistant at 24 kHz.
    let answer: [Int16]
    static let answerText = """
        Well, the weather tomorrow will be mild and mostly dry, with some clouds in the morning and a light wind from the west. In \
        the afternoon the sun comes through, and it becomes warm enough for a walk along the river or a coffee in the garden.
        """

    private static let voices = ["alloy", "ash", "coral", "echo", "sage", "verse"]
    private static let stopWords = ["stop", "wait", "no", "hold on"]
    /// What is spoken, and what a recogniser makes of it.
    private static let backchannels = [
        ("mm hmm", "mm-hmm"), ("uh huh", "uh-huh"), ("yes", "yes"), ("okay", "okay"), ("yeah right", "yeah right"),
    ]

    init() throws {
        let speaker = try Speaker()
        var all = Self.noises()
        for level in [0.01, 0.03, 0.1, 0.3] {
            let words = "well the weather tomorrow will"
            all.append(Utterance(.echo, [Int16](repeating: 0, count: 24_000), text: words, echo: level))
        }
        for recording in Self.recordings {
            let samples = try Recording.samples(recording.0)
            all.append(contentsOf: Self.speech(samples, recording.1))
        }
        for voice in Self.voices {
            for word in Self.stopWords {
                let samples = try speaker.telephone(word + ".", voice: voice)
                all.append(Utterance(.stopWord, samples, text: word))
            }
            for sound in Self.backchannels {
                let samples = try speaker.telephone(sound.0 + ".", voice: voice)
                all.append(Utterance(.backchannel, samples, text: sound.1))
            }
        }
        let spoken = try speaker.speak(Self.answerText, voice: "onyx")
        answer = spoken
        utterances = all
    }

    private static let recordings = [
        ("goforward.raw", "go forward ten meters"), ("something.raw", "go somewhere and do something"),
        ("numbers.raw", "one three nine oh"), ("cards/001.wav", "ten of clubs"),
        ("cards/002.wav", "four queen of clubs"),
        ("cards/003.wav", "seven of clubs"), ("cards/004.wav", "five five"),
        ("cards/005.wav", "eight of spades four of clubs seven of hearts"),
        (
            "librivox/sense_and_sensibility_01_austen_64kb-0870.wav",
            "and mister john dashwood had then leisure to consider how much there might be prudently in his power to do for them"
        ),
        ("librivox/sense_and_sensibility_01_austen_64kb-0880.wav", "he was not an ill disposed young man"),
        (
            "librivox/sense_and_sensibility_01_austen_64kb-0890.wav",
            "unless to be rather cold hearted and rather selfish is to be ill disposed"
        ),
        (
            "librivox/sense_and_sensibility_01_austen_64kb-0920.wav",
            "had he married a more amiable woman he might have been made still more respectable than he was"
        ),
        ("librivox/sense_and_sensibility_01_austen_64kb-0930.wav", "he might even have been made amiable himself"),
    ]

    /// The whole recording, its phrases one by one, and a short sound of the same voice that is no more than a hum.
    private static func speech(_ samples: [Int16], _ text: String) -> [Utterance] {
        let whole = Utterance(.speech, samples, text: text)
        let words = text.split(separator: " ")
        let phrases = phrases(of: whole.samples).filter { $0.count > 12_000 && $0.count < whole.samples.count }
        let parts = phrases.map { phrase in
            let count = max(2, words.count * phrase.count / whole.samples.count)
            return Utterance(.speech, phrase, text: words.prefix(count).joined(separator: " "))
        }
        // A quarter of a second of voice with soft edges.
        let middle = whole.samples.count / 3
        var hum = Array(whole.samples[middle..<min(middle + 4_000, whole.samples.count)])
        for index in 0..<min(480, hum.count / 2) {
            let gain = Double(index) / 480
            hum[index] = Int16(Double(hum[index]) * gain)
            hum[hum.count - 1 - index] = Int16(Double(hum[hum.count - 1 - index]) * gain)
        }
        return [whole] + parts + [Utterance(.backchannel, hum, text: "hm")]
    }

    /// What lies between pauses of a fifth of a second.
    private static func phrases(of samples: [Int16]) -> [[Int16]] {
        var phrases: [[Int16]] = []
        var current: [Int16] = []
        var quiet = 0
        for start in stride(from: 0, to: samples.count - 320, by: 320) {
            let window = samples[start..<start + 320]
            let level = window.reduce(0) { $0 + abs(Int($1)) } / 320
            quiet = level < 200 ? quiet + 1 : 0
            current += window
            guard quiet == 10 else { continue }
            phrases.append(current)
            current = []
        }
        return phrases + [current]
    }

    /// A click, a door, coughs alone and in twos, typing, a steady hiss, a hum and a tone, each soft and loud.
    private static func noises() -> [Utterance] {
        var hiss = Hiss()
        var sounds: [[Int16]] = []
        for level in [0.2, 0.6] {
            sounds.append(hiss.burst(4, level, attack: 0.1, decay: 2))
            sounds.append(hiss.burst(300, level, attack: 1, decay: 60))
            for length in [120, 180, 250] {
                let cough = hiss.burst(length, level, attack: 10, decay: Double(length) / 2)
                sounds.append(cough)
                sounds.append(cough + silence(300) + cough)
            }
            var typing: [Int16] = []
            for gap in [90, 140, 110, 80, 200, 120, 90, 160] {
                typing += hiss.burst(12, level, attack: 0.5, decay: 4)
                typing += silence(gap)
            }
            sounds.append(typing)
            sounds.append(hiss.burst(1500, level / 4, attack: 5, decay: 1e9))
            sounds.append(tone(100, level))
            sounds.append(tone(440, level))
        }
        return sounds.map { Utterance(.noise, $0) }
    }

    private static func silence(_ milliseconds: Int) -> [Int16] { [Int16](repeating: 0, count: milliseconds * 16) }

    /// A second of a tone and its octave.
    private static func tone(_ pitch: Double, _ level: Double) -> [Int16] {
        (0..<16_000).map { index in
            let phase = Double(index) / 16_000 * 2 * .pi * pitch
            return Int16((sin(phase) + sin(phase * 2) / 2) * level * 10_000)
        }
    }
}

/// Noise that is the same in every run.
private struct Hiss {
    private var random = SplitMix64(seed: 7)

    /// Noise that rises within `attack` and then falls by `decay`, both in milliseconds.
    mutating func burst(_ milliseconds: Int, _ level: Double, attack: Double, decay: Double) -> [Int16] {
        var samples: [Int16] = []
        for index in 0..<milliseconds * 16 {
            let time = Double(index) / 16
            let envelope = min(1, time / attack) * exp(-time / decay)
            samples.append(Int16(Double.random(in: -1...1, using: &random) * level * envelope * 32_000))
        }
        return samples
    }
}

/// Where the speech of one text arrives.
private final class Outcome: Sendable {
    let samples = Mutex<[Int16]?>(nil)
}

/// espeak-ng for callers that wait.
private struct Speaker {
    private let synthesis: EspeakTTS

    init() throws {
        let pool = BlockingPool(name: "speech", threads: 1, capacity: 8)
        synthesis = try EspeakTTS(pool: pool, logger: Logger(handler: NullLogHandler()))
    }

    /// The speech of `text` at 24 kHz.
    func speak(_ text: String, voice: String) throws -> [Int16] {
        let result = Outcome()
        let done = DispatchSemaphore(value: 0)
        let synthesis = synthesis
        Task {
            let samples = try? await Self.synthesize(text, voice, synthesis)
            result.samples.withLock { $0 = samples }
            done.signal()
        }
        done.wait()
        guard let samples = result.samples.withLock({ $0 }) else {
            throw BenchmarkError(description: "espeak-ng did not speak.")
        }
        return samples
    }

    private static func synthesize(_ text: String, _ voice: String, _ synthesis: EspeakTTS) async throws -> [Int16] {
        let collected = Outcome()
        let request = SpeechRequest(text: text, voice: voice, language: "en")
        try await synthesis.synthesize(request) { chunk in
            let samples = chunk.samples
            collected.samples.withLock { $0 = ($0 ?? []) + samples }
        }
        return collected.samples.withLock { $0 ?? [] }
    }

    /// The speech of `text` at 16 kHz.
    func telephone(_ text: String, voice: String) throws -> [Int16] {
        let resampler = try Resampler(from: 24_000, to: 16_000)
        let spoken = try speak(text, voice: voice)
        var samples: [Int16] = []
        try resampler.process(spoken.span, appendingTo: &samples)
        try resampler.finish(appendingTo: &samples)
        return samples
    }
}
