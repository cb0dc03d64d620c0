import Core

/// When the steps happened of an answer that was begun before its turn was over.
///
/// They count as the turn's own once the answer is adopted.
struct EarlyWork {
    /// The response that it becomes, or the name of the transcription before it.
    let id: ResponseID
    var timeline: TurnTimeline

    /// Work whose transcript came then, if one was made.
    init(id: ResponseID, transcriptReady: MonotonicInstant? = nil) {
        self.id = id
        timeline = TurnTimeline()
        timeline.transcriptReady = transcriptReady
    }

    /// When the transcript came that it is based on.
    var transcriptReady: MonotonicInstant? { timeline.transcriptReady }
}
