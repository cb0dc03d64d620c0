import Core
import Foundation

// DESIGN. A keystroke is heard as two knocks: the key reaching the bottom and, softer, springing back. Each knock is a short
// burst of noise through two resonators, the clack of the cap (1.5 to 4 kHz, a few milliseconds) and the body of the keyboard
// (150 to 400 Hz, a few tens of milliseconds). Every stroke has its own strength, timbre and timing; words are typed in a flow
// with a pause after each, space and return are deeper and louder. Nothing is random but by the seed.

/// Synthesised typing on a computer's keyboard.
enum Keystrokes {
    private static let rate = 24_000.0
    /// The loudest sample: half of full scale, because the sound lies below speech.
    private static let peak: Float = 16_384

    /// What a kind of key sounds like.
    private struct Key {
        /// Strength of the knock at the bottom.
        var strength: ClosedRange<Double>
        /// Pitch of the body in hertz.
        var body: ClosedRange<Double>
        /// How long the body sounds, in seconds.
        var decay: ClosedRange<Double>

        static let letter = Key(strength: 0.45...0.9, body: 220...400, decay: 0.012...0.022)
        static let space = Key(strength: 0.7...1, body: 130...190, decay: 0.022...0.035)
        static let enter = Key(strength: 0.85...1, body: 150...240, decay: 0.02...0.03)
    }

    /// About `duration` of typing at 24,000 samples a second.
    static func typed(for duration: Duration, seed: UInt64) -> [Int16] {
        var random = SplitMix64(seed: seed)
        let length = duration.inSeconds
        var sound = [Float](repeating: 0, count: Int((length * rate).rounded()))
        var time = Double.random(in: 0.02...0.08, using: &random)
        var lettersLeft = Int.random(in: 2...7, using: &random)
        var wordsLeft = Int.random(in: 4...8, using: &random)
        while time < length {
            if lettersLeft > 0 {
                stroke(.letter, at: time, into: &sound, &random)
                lettersLeft -= 1
                time += Double.random(in: 0.085...0.19, using: &random)
            } else if wordsLeft > 0 {
                stroke(.space, at: time, into: &sound, &random)
                lettersLeft = Int.random(in: 2...7, using: &random)
                wordsLeft -= 1
                time += Double.random(in: 0.14...0.38, using: &random)
            } else {
                stroke(.enter, at: time, into: &sound, &random)
                wordsLeft = Int.random(in: 4...8, using: &random)
                time += Double.random(in: 0.4...0.7, using: &random)
            }
        }
        let loudest = sound.reduce(0) { max($0, abs($1)) }
        guard loudest > 0 else { return [Int16](repeating: 0, count: sound.count) }
        return sound.map { Int16(($0 / loudest * peak).rounded()) }
    }

    /// The key goes down and comes up.
    private static func stroke(_ key: Key, at time: Double, into sound: inout [Float], _ random: inout SplitMix64) {
        let strength = Double.random(in: key.strength, using: &random)
        let held = Double.random(in: 0.055...0.11, using: &random)
        knock(key, strength, at: time, into: &sound, &random)
        knock(key, strength * Double.random(in: 0.2...0.35, using: &random), at: time + held, into: &sound, &random)
    }

    /// Noise that dies away, through the resonances of cap and body.
    private static func knock(
        _ key: Key, _ strength: Double, at time: Double, into sound: inout [Float], _ random: inout SplitMix64
    ) {
        let decay = Double.random(in: key.decay, using: &random)
        var cap = Resonator(
            frequency: Double.random(in: 1_500...4_000, using: &random),
            decay: Double.random(in: 0.0015...0.004, using: &random))
        var body = Resonator(frequency: Double.random(in: key.body, using: &random), decay: decay)
        let begin = Int(time * rate)
        for offset in 0..<Int(6 * decay * rate) where begin + offset < sound.count {
            // The finger strikes for two milliseconds; after that only the resonators sound.
            let blow = exp(-Double(offset) / (0.0006 * rate))
            let noise = offset < Int(0.002 * rate) ? Double.random(in: -1...1, using: &random) * blow : 0
            let sum = cap.next(noise) + 0.6 * body.next(noise + (offset == 0 ? 1 : 0))
            sound[begin + offset] += Float(strength * sum)
        }
    }

    /// What rings at one frequency and dies away: the impulse response is a decaying sine of amplitude 1.
    private struct Resonator {
        private let gain: Double
        private let feedback: (Double, Double)
        private var past = (0.0, 0.0)

        init(frequency: Double, decay: Double) {
            let angle = 2 * Double.pi * frequency / Keystrokes.rate
            let radius = exp(-1 / (decay * Keystrokes.rate))
            gain = sin(angle)
            feedback = (2 * radius * cos(angle), -radius * radius)
        }

        mutating func next(_ input: Double) -> Double {
            let output = gain * input + feedback.0 * past.0 + feedback.1 * past.1
            past = (output, past.0)
            return output
        }
    }
}
