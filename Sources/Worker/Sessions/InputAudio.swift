import Audio
import Core
import Pipeline
import RealtimeProtocol
import Waveforms

/// The user's audio from the wire to the detector and to the transcription of the open turn.
///
/// DESIGN. Everything behind the resampler is 16,000 Hz mono, with its noise reduced where the session asks for it. The newest
/// audio stays in a ring, so that a turn can begin before the detector noticed it (prefix padding). With a detector, audio moves
/// in its windows; without one it passes straight through. Positions are times since the start of all audio of the session:
/// every sample moves them, also one that is thrown away. Owned by one session and used on its loop only.
final class InputAudio {
    enum Event {
        case speechStarted(position: Duration)
        case speechPaused(position: Duration)
        case speechResumed(position: Duration)
        case speechStopped
    }

    private let detectors: any VoiceActivityDetectorFactory
    private let defaults: ServerVAD
    /// Audio without a turn that a commit may take.
    private let longestCommit: Duration
    private var format = AudioFormat.pcm16
    private var converter: InputAudioConverter?
    private var noiseReduction: NoiseReduction?
    /// Taken when the first audio comes, 47 KB.
    private var suppressor: NoiseSuppressor?
    /// Samples on their way to the suppressor.
    private var noisy: [Int16] = []
    private var detector: (any VoiceActivityDetector)?
    private var gate: SpeechGate?
    /// Samples passed on so far.
    private var position = 0
    private var ring: SampleRing?
    /// Samples not passed on yet, from `consumed` on.
    private var pending: [Int16] = []
    private var consumed = 0
    private var window: [Float] = []
    private var feed: AudioFeed?

    /// Samples that are kept of what is in no turn: what a commit may take, and the longest prefix.
    private var ringLength: Int
    /// The detector, the suppressor and the resampler are at most this far behind, and a click is shorter.
    private static let slack = Duration.seconds(2)
    private static let sampleRate = 16_000

    /// `defaults` holds for what a client's turn detection does not say; a commit takes `longestCommit` of what is in no turn.
    init(detectors: any VoiceActivityDetectorFactory, defaults: ServerVAD, longestCommit: Duration) {
        self.detectors = detectors
        self.defaults = defaults
        self.longestCommit = longestCommit
        ringLength = AudioTime(longestCommit + Self.slack, rate: Self.sampleRate).samples
    }

    /// The time that `count` bytes of the input format take.
    func duration(ofBytes count: Int) -> Duration {
        let rate = Int64(format.sampleRate * format.bytesPerSample)
        return .nanoseconds(Int64(count) * 1_000_000_000 / rate)
    }

    /// How many bytes of the input format take `duration`.
    func bytes(in duration: Duration) -> Int {
        AudioTime(duration, rate: format.sampleRate).samples * format.bytesPerSample
    }

    /// Adapts to changed session settings.
    func configure(_ settings: AudioInput, _ turnTaking: TurnTakingSettings) {
        let prefix = settings.turnDetection?.prefixPadding(defaults) ?? .zero
        ringLength = AudioTime(max(longestCommit, prefix) + Self.slack, rate: Self.sampleRate).samples
        ring?.capacity = ringLength
        if settings.format != format {
            format = settings.format
            converter = nil
        }
        if settings.noiseReduction != noiseReduction {
            noiseReduction = settings.noiseReduction
            suppressor?.finish(appendingTo: &pending)
            suppressor = nil
            if gate == nil { pass(pending.count - consumed) }
        }
        guard let parameters = SpeechGate.Configuration(settings.turnDetection, turnTaking, defaults: defaults) else {
            pass(pending.count - consumed)
            gate = nil
            detector = nil
            return
        }
        if gate == nil {
            gate = SpeechGate(configuration: parameters, position: position)
        } else {
            gate?.configuration = parameters
        }
    }

    /// Takes bytes of the input format and throws when they cannot be converted; `nextEvent` then tells what was heard in them.
    func append(_ bytes: Span<UInt8>) throws(AudioError) {
        if converter == nil { converter = try InputAudioConverter(format: format) }
        if ring == nil { ring = SampleRing(capacity: ringLength, position: position) }
        if consumed > 0 {
            pending.removeFirst(consumed)
            consumed = 0
        }
        if let noiseReduction {
            if suppressor == nil { suppressor = try NoiseSuppressor(noiseReduction == .nearField ? .near : .far) }
            noisy.removeAll(keepingCapacity: true)
            try converter?.convert(bytes, into: &noisy)
            suppressor?.process(noisy.span, appendingTo: &pending)
        } else {
            try converter?.convert(bytes, into: &pending)
        }
        if gate == nil { pass(pending.count) }
    }

    /// What the detector hears next in the audio appended so far.
    func nextEvent() -> Event? {
        guard gate != nil else { return nil }
        let detector = self.detector ?? detectors.makeDetector()
        self.detector = detector
        while pending.count - consumed >= detector.windowLength {
            window.removeAll(keepingCapacity: true)
            PCM16.floats(pending.span.extracting(consumed..<consumed + detector.windowLength), appendingTo: &window)
            pass(detector.windowLength)
            switch gate?.process(probability: detector.probability(of: window.span)) {
            case .speechStarted(let sample): return .speechStarted(position: time(of: sample))
            case .speechPaused(let sample): return .speechPaused(position: time(of: sample))
            case .speechResumed(let sample): return .speechResumed(position: time(of: sample))
            case .speechStopped: return .speechStopped
            case nil: continue
            }
        }
        return nil
    }

    /// The session found the end of the turn by itself: what the detector hears next is a new one.
    func endSpeech() { gate?.endSpeech() }

    /// The open turn gets the audio from `start` on, as far as it is still in the ring, and all that follows.
    func follow(with feed: AudioFeed, from start: Duration) {
        self.feed = feed
        var earlier: [Int16] = []
        ring?.copy(from: AudioTime(start, rate: Self.sampleRate).samples, appendingTo: &earlier)
        feed.append(earlier.span)
    }

    /// The open turn is over; what is pending belongs to it, and the detector will still hear it.
    ///
    /// A turn that ends without silence also gets what the suppressor withholds.
    func unfollow() {
        if gate?.isSpeaking ?? true { suppressor?.finish(appendingTo: &pending) }
        if gate == nil {
            pass(pending.count - consumed)
        } else {
            feed?.append(pending.span.extracting(consumed..<pending.count))
        }
        feed = nil
    }

    /// The open turn was given up, if it is still this one.
    func unfollow(_ feed: AudioFeed) { if self.feed === feed { self.feed = nil } }

    /// The audio before `position` is in a turn that is over.
    func forget(before position: Duration) { ring?.trim(before: AudioTime(position, rate: Self.sampleRate).samples) }

    /// Forgets audio that was not committed.
    func clear() {
        feed = nil
        suppressor?.finish(appendingTo: &pending)
        pass(pending.count - consumed)
        ring?.removeAll()
        detector?.reset()
        gate?.reset(position: position)
    }

    /// Hands the next `count` pending samples to the ring and the open turn.
    private func pass(_ count: Int) {
        let range = consumed..<consumed + count
        ring?.append(pending.span.extracting(range))
        feed?.append(pending.span.extracting(range))
        consumed += count
        position += count
        if consumed == pending.count {
            pending.removeAll(keepingCapacity: true)
            consumed = 0
        }
    }

    private func time(of sample: Int) -> Duration { AudioTime(samples: sample, rate: Self.sampleRate).duration }
}
