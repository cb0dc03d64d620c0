/// Tells speech from everything else, window by window.
///
/// One per session, used on the session's loop only.
package protocol VoiceActivityDetector: AnyObject {
    /// Samples in one window of 16 kHz mono audio: 512 (32 ms) for the detectors we have.
    var windowLength: Int { get }

    /// The probability from 0 to 1 that the next window is speech. Windows must follow each other without gap.
    ///
    /// - Parameter window: exactly `windowLength` samples in -1…1.
    /// - Returns: 0 for certain silence, 1 for certain speech.
    func probability(of window: Span<Float>) -> Float

    /// Forgets what was heard before.
    func reset()
}

/// Makes detectors that share their read-only weights.
package protocol VoiceActivityDetectorFactory: Sendable {
    /// A detector in its initial state.
    func makeDetector() -> any VoiceActivityDetector
}
