package import Core

/// Lets audio leave a small lead ahead of the listener's clock.
///
/// The listener is modelled as playing from the moment the first audio leaves, without pause while there is audio, and
/// stopping when it runs dry. What was sent beyond the playhead is all that an interruption can lose.
package struct OutputAudioPacer: Sendable {
    /// Most of the typing sound that leaves ahead of the playhead.
    package static let comfortLead = Duration.milliseconds(200)

    private let startLead: Duration
    private let steadyLead: Duration
    /// When the playhead was, or would have been, at zero; moves later each time the listener runs dry.
    private var origin: MonotonicInstant?
    /// Audio sent so far.
    package private(set) var sent = Duration.zero
    /// `sent` when playback last began, at the start or after running dry.
    private var burstStart = Duration.zero

    /// - Parameters:
    ///   - startLead: audio that may leave at once when playback begins.
    ///   - steadyLead: how far ahead of the playhead audio leaves after that.
    package init(startLead: Duration, steadyLead: Duration) {
        self.startLead = startLead
        self.steadyLead = steadyLead
    }

    /// When audio of `length` may leave: `now` or earlier means at once.
    ///
    /// `isComfort`: an answer may have to wait until it was heard, so less of it leaves ahead.
    package func departure(of length: Duration, now: MonotonicInstant, isComfort: Bool = false) -> MonotonicInstant {
        guard let origin, origin + sent > now else { return now }
        let ofSpeech = sent - burstStart < startLead ? startLead : steadyLead
        let lead = isComfort ? min(steadyLead, Self.comfortLead) : ofSpeech
        return origin + sent + length - lead
    }

    /// Notes that audio of `length` left.
    package mutating func send(_ length: Duration, now: MonotonicInstant) {
        if let origin, origin + sent > now {
            sent += length
            return
        }
        origin = now - sent
        burstStart = sent
        sent += length
    }

    /// How much of the audio sent has been heard.
    package func playhead(at now: MonotonicInstant) -> Duration {
        guard let origin else { return .zero }
        return min(sent, max(.zero, now - origin))
    }

    /// When playback began that goes on at `now`, after silence; nil if the listener hears nothing.
    package func playoutStart(at now: MonotonicInstant) -> MonotonicInstant? {
        guard let origin, origin + sent > now else { return nil }
        return origin + burstStart
    }

    /// When the last audio sent will have been heard; nil if none was sent.
    package var playoutEnd: MonotonicInstant? { origin.map { $0 + sent } }
}
