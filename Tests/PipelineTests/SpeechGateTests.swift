import Pipeline
import Testing

@Suite("The speech gate")
struct SpeechGateTests {
    /// The events of one probability per window.
    func events(_ probabilities: [Float], _ configuration: SpeechGate.Configuration = .init()) -> [SpeechGate.Event] {
        var gate = SpeechGate(configuration: configuration)
        return probabilities.compactMap { gate.process(probability: $0) }
    }

    /// `count` windows of one probability.
    func windows(_ count: Int, _ probability: Float) -> [Float] { .init(repeating: probability, count: count) }

    @Test("tells where speech really began and ended")
    func positions() {
        let heard = events(windows(10, 0.1) + windows(20, 0.9) + windows(20, 0.1))
        #expect(
            heard == [
                .speechStarted(atSample: 10 * 512), .speechPaused(atSample: 30 * 512),
                .speechStopped(atSample: 30 * 512),
            ])
    }

    @Test("opens with the second window above the threshold")
    func debounce() {
        var gate = SpeechGate()
        #expect(gate.process(probability: 0.5) == nil)
        #expect(!gate.isSpeaking)
        #expect(gate.process(probability: 0.5) == .speechStarted(atSample: 0))
        #expect(gate.isSpeaking)
    }

    @Test("takes no click for speech, however many follow each other")
    func clicks() {
        #expect(events((0..<100).map { $0 % 2 == 0 ? 0.99 : 0.49 }) == [])
    }

    @Test("opens at once when no minimum is asked for")
    func noMinimum() {
        #expect(events([0.6], .init(minimumSpeech: 0)) == [.speechStarted(atSample: 0)])
    }

    @Test("closes with the window that completes the silence, and not before", arguments: [1, 200, 500, 1_000])
    func silenceDuration(milliseconds: Int) {
        var gate = SpeechGate(configuration: .init(silenceDuration: milliseconds * 16))
        _ = [0.9, 0.9].map { gate.process(probability: $0) }
        var windows = 0
        var event: SpeechGate.Event?
        while event != .speechStopped(atSample: 1_024), windows < 100 {
            event = gate.process(probability: 0)
            windows += 1
        }
        #expect(windows == (milliseconds * 16 + 511) / 512)
    }

    @Test("closes with the first silent window when the silence duration is zero")
    func noSilence() {
        #expect(events([0.9, 0.9, 0], .init(silenceDuration: 0)).last == .speechStopped(atSample: 1_024))
    }

    @Test("tells of a pause shorter than the silence duration, and speech goes on")
    func pause() {
        let heard = events(windows(5, 0.9) + windows(15, 0) + windows(5, 0.9) + windows(16, 0))
        #expect(
            heard == [
                .speechStarted(atSample: 0), .speechPaused(atSample: 5 * 512), .speechResumed(atSample: 20 * 512),
                .speechPaused(atSample: 25 * 512), .speechStopped(atSample: 25 * 512),
            ])
    }

    @Test("holds on between the two thresholds")
    func hysteresis() {
        #expect(events(windows(5, 0.9) + windows(100, 0.36)) == [.speechStarted(atSample: 0)])
        #expect(events(windows(5, 0.9) + windows(100, 0.34)).count == 3)
        // A pause goes on through such windows, and only silence closes it.
        let heard = events(windows(2, 0.9) + [0] + windows(20, 0.4) + [0])
        #expect(
            heard == [
                .speechStarted(atSample: 0), .speechPaused(atSample: 2 * 512), .speechStopped(atSample: 2 * 512),
            ])
    }

    @Test(
        "has a lower threshold that silence can always reach",
        arguments: [(0.5, 0.35), (0.1, 0.01), (0.005, 0.005), (1, 0.85)])
    func negativeThreshold(threshold: Float, expected: Float) {
        #expect(abs(SpeechGate.Configuration(threshold: threshold).negativeThreshold - expected) < 1e-6)
    }

    @Test("counts on after a reset and tells of no end")
    func reset() {
        var gate = SpeechGate(position: 16_000)
        _ = [0.9, 0.9].map { gate.process(probability: $0) }
        gate.reset()
        #expect(!gate.isSpeaking)
        #expect(gate.position == 17_024)
        #expect(gate.process(probability: 0) == nil)
        gate.reset(position: 32_000)
        _ = gate.process(probability: 0.9)
        #expect(gate.process(probability: 0.9) == .speechStarted(atSample: 32_000))
    }

    @Test("applies a new configuration to the speech that is open")
    func change() {
        var gate = SpeechGate()
        _ = [0.9, 0.9, 0, 0].map { gate.process(probability: $0) }
        gate.configuration.silenceDuration = 1_024
        #expect(gate.process(probability: 0) == .speechStopped(atSample: 1_024))
    }

    @Test("alternates beginnings and ends whatever the probabilities are")
    func alternation() {
        var gate = SpeechGate(configuration: .init(silenceDuration: 1_024))
        var generator = SystemRandomNumberGenerator()
        var last = -1
        var speaking = false
        var pausing = false
        for _ in 0..<20_000 {
            let probability: Float = generator.next() % 97 == 0 ? .nan : Float.random(in: 0...1, using: &generator)
            switch gate.process(probability: probability) {
            case .speechStarted(let sample):
                #expect(!speaking && sample > last)
                (speaking, pausing, last) = (true, false, sample)
            case .speechPaused(let sample):
                #expect(speaking && !pausing && sample > last)
                (pausing, last) = (true, sample)
            case .speechResumed(let sample):
                #expect(speaking && pausing && sample > last)
                (pausing, last) = (false, sample)
            case .speechStopped(let sample):
                #expect(speaking && pausing && sample == last)
                speaking = false
            case nil: break
            }
            #expect(gate.isSpeaking == speaking)
        }
    }

    @Test("is in silence after someone else ended the speech, and hears the next")
    func endSpeech() {
        var gate = SpeechGate()
        _ = [0.9, 0.9].map { gate.process(probability: $0) }
        gate.endSpeech()
        #expect(!gate.isSpeaking)
        #expect(gate.process(probability: 0.9) == nil)
        #expect(gate.process(probability: 0.9) == .speechStarted(atSample: 1_024))
    }
}
