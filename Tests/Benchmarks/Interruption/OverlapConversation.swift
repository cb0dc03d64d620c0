import Audio
import Core
import Pipeline
import RealtimeProtocol
import Sessions
import VoiceActivity
import Waveforms

/// One answer and one utterance spoken into it, in virtual time: the real detector, gate and machine, and a recogniser that knows
/// the words and needs its time.
final class OverlapConversation {
    /// How words become known.
    enum Recogniser {
        /// Each word so long after it was spoken.
        case streaming(Duration)
        /// All so long after the end of the utterance.
        case whole(Duration)
    }

    /// When the utterance begins, in milliseconds of the session; the answer has begun at zero.
    private let onset: Int
    private static let step = 20
    /// What an echo canceller leaves of the answer once it has settled, and when it has.
    private static let (residue, settled) = (0.000_3, 1_500)

    private var machine: SessionStateMachine
    private let detector: any VoiceActivityDetector
    private var gate = SpeechGate()
    private let toMicrophone: Resampler
    private var now = MonotonicInstant.zero
    private var timers: [SessionTimer: MonotonicInstant] = [:]
    private var pending: [Int16] = []
    private var played: [Int16] = []
    private var playedFrom = 0
    private var item: ItemID?
    private var told = ""
    private var utteranceEnd: MonotonicInstant?
    private var stopped: MonotonicInstant?
    private var response: ResponseID?
    private var random = SplitMix64(seed: 11)

    init(_ settings: InterruptionSettings, _ kind: Utterance.Kind, _ detectors: SileroVADFactory) throws {
        onset = kind == .echo ? 0 : 2_500
        var configuration = SessionConfiguration(model: "benchmark")
        configuration.behavior.interruption = settings
        configuration.input.transcription = TranscriptionSettings(language: "en")
        machine = SessionStateMachine(
            id: SessionID("sess_overlap"), configuration: configuration, settings: SessionSettings(),
            capabilities: SessionCapabilities(languageModel: "none", acceptsImages: false), expiresAt: 3600,
            identifiers: IdentifierSource(generator: SplitMix64(seed: 1)))
        detector = detectors.makeDetector()
        toMicrophone = try Resampler(from: 24_000, to: 16_000)
    }

    /// When the answer was stopped after the utterance's first sound; nil: it was not.
    func run(_ utterance: Utterance, over answer: [Int16], _ recogniser: Recogniser) throws -> Duration? {
        pass(.opened)
        pass(.client(ClientMessage(eventID: nil, event: .responseCreate(ResponseRequest()))))
        guard let response else { return nil }
        var bytes: [UInt8] = []
        PCM16.encode(answer.span, appendingTo: &bytes)
        pass(.response(response, .speechPiece(OverlapCorpus.answerText)))
        pass(.response(response, .speechAudio(bytes)))
        pass(.response(response, .modelFinished(LanguageModelResult(finishReason: .stop))))
        pass(.response(response, .speechFinished))
        let end = onset + Int(utterance.seconds * 1000) + 2_000
        for time in stride(from: 0, to: end, by: Self.step) {
            try hear(utterance, at: time)
            listen(utterance, recogniser)
            advance()
        }
        return stopped.map { $0 - .zero - .milliseconds(onset) }
    }

    /// 20 ms of the microphone: the utterance and what comes back of the answer.
    private func hear(_ utterance: Utterance, at time: Int) throws {
        pass(.audioAppended(.milliseconds(Self.step)))
        for index in time * 16..<(time + Self.step) * 16 {
            let place = index - onset * 16
            let user = utterance.samples.indices.contains(place) ? Double(utterance.samples[place]) : 0
            // The answer is heard when it has left, and takes 40 ms to the microphone.
            let echoed = index - playedFrom - 640
            let level = time < Self.settled ? utterance.echo : Self.residue
            let echo = played.indices.contains(echoed) ? Double(played[echoed]) * level : 0
            // A room is never silent.
            let hiss = Double.random(in: -30...30, using: &random)
            pending.append(Int16(max(-32_768, min(32_767, user + echo + hiss))))
        }
        var window: [Float] = []
        while pending.count >= detector.windowLength {
            window.removeAll(keepingCapacity: true)
            PCM16.floats(pending.span.extracting(0..<detector.windowLength), appendingTo: &window)
            pending.removeFirst(detector.windowLength)
            switch gate.process(probability: detector.probability(of: window.span)) {
            case .speechStarted(let sample): pass(.speechStarted(position: position(sample)))
            case .speechPaused(let sample): pass(.speechPaused(position: position(sample)))
            case .speechResumed(let sample): pass(.speechResumed(position: position(sample)))
            case .speechStopped: pass(.speechStopped)
            case nil: break
            }
        }
    }

    /// The recogniser tells what it knows by now.
    private func listen(_ utterance: Utterance, _ recogniser: Recogniser) {
        guard let item else { return }
        let spoken = now - MonotonicInstant.zero - .milliseconds(onset)
        switch recogniser {
        case .streaming(let delay):
            let words = utterance.words(until: (spoken - delay).inSeconds)
            if words != told, !words.isEmpty { pass(.transcriptPartial(item, words)) }
            told = words
            if let utteranceEnd, now - utteranceEnd >= delay { tell(utterance, item) }
        case .whole(let delay):
            if let utteranceEnd, now - utteranceEnd >= delay { tell(utterance, item) }
        }
    }

    private func tell(_ utterance: Utterance, _ item: ItemID) {
        self.item = nil
        pass(.transcriptFinal(item, Transcript(text: utterance.text)))
    }

    private func advance() {
        let end = now + .milliseconds(Self.step)
        while let (timer, deadline) = timers.min(by: { $0.value < $1.value }), deadline <= end {
            timers[timer] = nil
            now = max(now, deadline)
            pass(.timer(timer))
        }
        now = end
    }

    private func pass(_ input: SessionInput) {
        for action in machine.handle(input, now: now) {
            switch action {
            case .send(.responseCreated(let object)): response = response ?? object.id
            case .send(.responseDone(let object)):
                if object.id == response, object.status == .cancelled(.turnDetected) { stopped = stopped ?? now }
            case .send(.outputAudioDelta(_, let audio)): play(audio)
            case .beginTranscription(let id, _, _): (item, told, utteranceEnd) = (id, "", nil)
            case .endTranscription: utteranceEnd = now
            case .cancelTranscription: item = nil
            case .setTimer(let timer, let deadline): timers[timer] = deadline
            case .cancelTimer(let timer): timers[timer] = nil
            default: break
            }
        }
    }

    private func play(_ audio: ArraySlice<UInt8>) {
        if played.isEmpty { playedFrom = (now - MonotonicInstant.zero).wholeMilliseconds * 16 }
        var samples: [Int16] = []
        PCM16.decode(Array(audio).span, appendingTo: &samples)
        try? toMicrophone.process(samples.span, appendingTo: &played)
    }

    private func position(_ sample: Int) -> Duration { AudioTime(samples: sample, rate: 16_000).duration }
}
