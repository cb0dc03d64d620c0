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

    /// Samples of the ring: the longest prefix, and what the detector is behind.
    private var ringLength: Int
    /// What a commit may take beyond the ring.
    private var earlier: EarlierAudio
    /// Where the audio of `feed` begins.
    private var feedStart = 0
    /// The detector, the suppressor and the resampler are at most this far behind, and a click is shorter.
    private static let slack = Duration.seconds(2)
    private static let sampleRate = 16_000

    /// `defaults` holds for what a client's turn detection does not say; a commit takes `longestCommit` of what is in no turn, as far
    /// as `store` keeps it.
    init(
        detectors: any VoiceActivityDetectorFactory, defaults: ServerVAD, longestCommit: Duration, store: KeptAudio?
    ) {
        self.detectors = detectors
        self.defaults = defaults
        earlier = EarlierAudio(
            store: store, longest: AudioTime(longestCommit + Self.slack, rate: Self.sampleRate).samples)
        ringLength = AudioTime(Self.slack, rate: Self.sampleRate).samples
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
        ringLength = AudioTime(prefix + Self.slack, rate: Self.sampleRate).samples
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
        feedStart = AudioTime(start, rate: Self.sampleRate).samples
        guard let ring else { return }
        var before: [Int16] = []
        if feedStart < ring.start { feedStart = earlier.copy(from: feedStart, appendingTo: &before) - before.count }
        ring.copy(from: feedStart + before.count, appendingTo: &before)
        feedStart = ring.end - before.count
        feed.append(before.span)
        // What is in the ring now is kept with what was before it, should the turn be given up.
        earlier.take(from: ring, all: true)
    }

    /// Where the audio begins that a commit could take: it will still be there when the next 20 ms have come.
    func keptStart() -> Duration {
        let start = earlier.start() ?? ring?.start(after: Self.sampleRate / 2) ?? position
        return time(of: min(start, position))
    }

    /// The session is over: nothing of it is kept.
    func endKeeping() {
        feed = nil
        earlier.removeAll()
    }

    /// The open turn is over; what is pending belongs to it, and the detector will still hear it.
    ///
    /// A turn that ends without silence also gets what the suppressor withholds.
    /// - Returns: the feed with all of the turn's audio.
    @discardableResult
    func unfollow() -> AudioFeed? {
        if gate?.isSpeaking ?? true { suppressor?.finish(appendingTo: &pending) }
        if gate == nil {
            pass(pending.count - consumed)
        } else {
            feed?.append(pending.span.extracting(consumed..<pending.count))
        }
        defer { feed = nil }
        return feed
    }

    /// The open turn was given up: its audio is in no turn again.
    func giveUp() {
        guard let feed else { return }
        self.feed = nil
        earlier.take(feed.samples, from: feedStart)
    }

    /// The audio before `position` is in a turn that is over.
    func forget(before position: Duration) {
        let samples = AudioTime(position, rate: Self.sampleRate).samples
        ring?.trim(before: samples)
        earlier.forget(before: samples)
    }

    /// Forgets audio that was not committed.
    func clear() {
        feed = nil
        suppressor?.finish(appendingTo: &pending)
        pass(pending.count - consumed)
        ring?.removeAll()
        earlier.removeAll()
        detector?.reset()
        gate?.reset(position: position)
    }

    /// Hands the next `count` pending samples to the ring and the open turn.
    private func pass(_ count: Int) {
        let range = consumed..<consumed + count
        ring?.append(pending.span.extracting(range))
        if let feed {
            feed.append(pending.span.extracting(range))
        } else if let ring {
            earlier.take(from: ring)
        }
        consumed += count
        position += count
        if consumed == pending.count {
            pending.removeAll(keepingCapacity: true)
            consumed = 0
        }
    }

    private func time(of sample: Int) -> Duration { AudioTime(samples: sample, rate: Self.sampleRate).duration }
}
