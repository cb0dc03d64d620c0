import Audio
import Core
import RealtimeProtocol

/// Plays the typing sound into one response's output: where in the loop it is, how loud, and how it begins and ends.
struct TypingPlayer: Sendable {
    private enum State: Equatable {
        case silent
        /// So many samples of it were played since it began.
        case playing(Int)
        /// So many samples are left until it is silent.
        case fading(Int)
    }

    private let format: AudioFormat
    private var loop: ArraySlice<Int16> = []
    private var gain: Float = 0
    private var state = State.silent
    /// The next sample of the loop, in samples of its wide form whatever the format, so that it is true for every response.
    private(set) var position = 0

    /// A player that is silent, for output in `format`.
    init(format: AudioFormat) { self.format = format }

    /// How long the sound takes to be gone once the answer or the user speaks.
    static let fadeOut = Duration.milliseconds(40)
    /// How long it takes to reach its volume.
    static let fadeIn = Duration.milliseconds(20)

    /// Whether there is something of it to be heard.
    var isSounding: Bool { state != .silent }
    /// Whether it goes on.
    var isPlaying: Bool { if case .playing = state { true } else { false } }

    /// Goes on where the session left off, at `volume` from 0 to 1.
    mutating func start(_ sound: TypingLoop, at position: Int, volume: Double) {
        loop = (format.sampleRate == 24_000 ? sound.wide : sound.narrow)[...]
        self.position = position % sound.wide.count
        gain = Float(volume)
        state = .playing(0)
    }

    /// Lets the sound die away in the samples to come.
    mutating func fade() {
        guard case .playing(let played) = state else { return }
        // What had not risen to its volume yet has less to lose.
        state = played == 0 ? .silent : .fading(min(samples(Self.fadeOut), 2 * played))
    }

    /// Ends it here: nothing of it will leave any more.
    mutating func stop() { state = .silent }

    /// The next `count` samples, encoded.
    mutating func frame(_ count: Int) -> [UInt8] {
        var samples = [Int16](repeating: 0, count: count)
        mix(into: &samples)
        return format.encoded(samples)
    }

    /// Encoded audio with what there is left of the sound under its beginning.
    mutating func mixed(with audio: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var samples = format.decoded(audio)
        mix(into: &samples)
        return format.encoded(samples)[...]
    }

    private mutating func mix(into samples: inout [Int16]) {
        guard isSounding, !loop.isEmpty else { return }
        let step = 24_000 / format.sampleRate
        var index = position / step
        for sample in samples.indices {
            guard let level = nextLevel() else { break }
            let sum = Float(samples[sample]) + Float(loop[index]) * gain * level
            samples[sample] = Int16(max(-32_768, min(32_767, sum.rounded())))
            index += 1
            if index == loop.count { index = 0 }
        }
        position = index * step
    }

    /// The gain of the next sample between 0 and 1; nil when there is none.
    private mutating func nextLevel() -> Float? {
        switch state {
        case .silent: return nil
        case .playing(let played):
            let rise = samples(Self.fadeIn)
            state = .playing(min(played + 1, rise))
            return min(1, Float(played) / Float(rise))
        case .fading(let left):
            state = left > 1 ? .fading(left - 1) : .silent
            return Float(left) / Float(samples(Self.fadeOut))
        }
    }

    private func samples(_ duration: Duration) -> Int { format.sampleRate * duration.wholeMilliseconds / 1000 }
}
