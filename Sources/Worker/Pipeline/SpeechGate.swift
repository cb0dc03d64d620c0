/// Turns the probabilities of a voice activity detector into the beginnings and ends of speech.
///
/// All times are positions in the 16 kHz audio, counted in samples; there is no clock. Speech begins when the probability
/// reaches the threshold in enough consecutive windows that a click is none, and ends when it fell below a lower threshold
/// and did not come back for the silence duration. Windows between the two thresholds change nothing.
package struct SpeechGate: Sendable {
    /// When speech begins and ends.
    ///
    /// May be changed at any time; an open speech stays open.
    package struct Configuration: Sendable, Hashable {
        /// The probability from 0 to 1 from which a window is speech.
        package var threshold: Float
        /// How long a silence ends speech, in samples.
        package var silenceDuration: Int
        /// How much consecutive speech begins it, in samples; less is a click.
        ///
        /// At least one window is needed.
        package var minimumSpeech: Int

        /// 64 ms begin speech and 500 ms end it unless told otherwise.
        package init(threshold: Float = 0.5, silenceDuration: Int = 8_000, minimumSpeech: Int = 1_024) {
            self.threshold = threshold
            self.silenceDuration = silenceDuration
            self.minimumSpeech = minimumSpeech
        }

        /// The probability below which a window is silence: the threshold less 0.15, but never so low that none is.
        package var negativeThreshold: Float { min(max(threshold - 0.15, 0.01), threshold) }
    }

    /// What a window changed.
    package enum Event: Sendable, Hashable {
        /// Speech began with the window at this sample, some windows ago.
        case speechStarted(atSample: Int)
        /// Speech went silent with the window at this sample; it is a pause unless `speechStopped` follows.
        case speechPaused(atSample: Int)
        /// Speech goes on after a pause, with the window at this sample.
        case speechResumed(atSample: Int)
        /// Speech ended where the window at this sample begins, a silence duration ago.
        case speechStopped(atSample: Int)
    }

    private enum State: Sendable {
        /// Silence, or windows above the threshold since `candidate` that may still be a click.
        case silent(candidate: Int?)
        /// Speech; `silence` is where the first window of a pause began.
        case speaking(silence: Int?)
    }

    /// Thresholds and durations.
    package var configuration: Configuration
    /// The first sample of the next window.
    package private(set) var position: Int
    private let windowLength: Int
    private var state = State.silent(candidate: nil)

    /// A gate in silence whose first window begins at the sample `position`.
    package init(configuration: Configuration = .init(), windowLength: Int = 512, position: Int = 0) {
        self.configuration = configuration
        self.windowLength = windowLength
        self.position = position
    }

    /// Whether speech began and did not end yet.
    package var isSpeaking: Bool {
        if case .speaking = state { true } else { false }
    }

    /// Takes the probability of the next window.
    /// - Returns: what it changed, if anything.
    package mutating func process(probability: Float) -> Event? {
        let begin = position
        position += windowLength
        switch state {
        case .silent(let candidate):
            guard probability >= configuration.threshold else {
                state = .silent(candidate: nil)
                return nil
            }
            let start = candidate ?? begin
            guard position - start >= configuration.minimumSpeech else {
                state = .silent(candidate: start)
                return nil
            }
            state = .speaking(silence: nil)
            return .speechStarted(atSample: start)

        case .speaking(let silence):
            if probability >= configuration.threshold {
                state = .speaking(silence: nil)
                return silence == nil ? nil : .speechResumed(atSample: begin)
            }
            guard probability < configuration.negativeThreshold else { return nil }
            let end = silence ?? begin
            guard position - end < configuration.silenceDuration else {
                state = .silent(candidate: nil)
                return .speechStopped(atSample: end)
            }
            state = .speaking(silence: end)
            return silence == nil ? .speechPaused(atSample: end) : nil
        }
    }

    /// Returns to silence without an event, because someone else decided that the speech is over.
    package mutating func endSpeech() { state = .silent(candidate: nil) }

    /// Returns to silence without an event, for audio that was thrown away or did not pass the gate.
    /// - Parameter position: where the next window begins; nil: where the last one ended.
    package mutating func reset(position: Int? = nil) {
        state = .silent(candidate: nil)
        if let position { self.position = position }
    }
}
