package import Core
package import Pipeline

/// Who wants to know how sessions fare: the worker's registry and metrics.
///
/// Called on the loop.
package protocol SessionObserver: Sendable {
    /// The session is over; called once.
    func sessionEnded(_ id: SessionID)

    /// An answer's first audio, or first text, left.
    func turnAnswered(_ timeline: TurnTimeline)

    /// A turn in which answers were begun early is over.
    func turnSpeculated(_ report: SpeculationReport)

    /// A stage failed.
    func stageFailed(_ error: ProviderError)

    /// Something became of a summary.
    func summaryEnded(_ report: SummaryReport)
}

/// When the steps of one turn happened, for latency figures; nil where a step did not happen.
package struct TurnTimeline: Sendable, Equatable {
    /// The turn detection found the end of speech (the silence window included).
    package var speechEnd: MonotonicInstant?
    /// The transcript came.
    package var transcriptReady: MonotonicInstant?
    /// The model was asked.
    package var modelStart: MonotonicInstant?
    /// The model's first word came.
    package var firstToken: MonotonicInstant?
    /// The first speakable piece went to speech synthesis.
    package var speechStart: MonotonicInstant?
    /// The first audio of that piece came.
    package var firstSpeech: MonotonicInstant?
    /// The first audio left for the client, comfort included.
    package var firstSound: MonotonicInstant?
    /// The first audio or text of the answer left for the client.
    package var firstOutput: MonotonicInstant?

    /// A turn whose speech ended then.
    package init(speechEnd: MonotonicInstant? = nil) { self.speechEnd = speechEnd }

    /// What of the way from the end of speech to the first output was the engine's own work: all but the transcription, the
    /// model's writing of the first piece and its synthesis.
    package var engineTime: Duration? {
        guard let speechEnd, let firstOutput, let transcriptReady, let modelStart, let firstToken else { return nil }
        // What was begun before the end of speech is on nobody's way.
        guard modelStart >= speechEnd else { return nil }
        var provided = (transcriptReady - speechEnd) + ((speechStart ?? firstToken) - modelStart)
        if let speechStart, let firstSpeech { provided += firstSpeech - speechStart }
        return firstOutput - speechEnd - provided
    }
}
