import Core
import Observability
import Pipeline
import Sessions

/// Passes what one session tells to the worker's directory, metrics and log.
struct WorkerSessionObserver: SessionObserver {
    let directory: SessionDirectory
    let metrics: WorkerMetrics
    let logger: Logger

    func sessionEnded(_ id: SessionID) { directory.remove(id, reason: "ended") }
    func stageFailed(_ error: ProviderError) { metrics.stageFailed(error) }
    func summaryEnded(_ report: SummaryReport) { metrics.summaryEnded(report) }

    func turnAnswered(_ timeline: TurnTimeline) {
        metrics.turnAnswered(timeline)
        var values: LogMetadata = [:]
        func note(_ key: LogKey, _ from: MonotonicInstant?, _ to: MonotonicInstant?) {
            if let from, let to { values[key] = LogValue(milliseconds: to - from) }
        }
        note(LogKey("transcript_ms"), timeline.speechEnd, timeline.transcriptReady)
        note(LogKey("first_token_ms"), timeline.modelStart, timeline.firstToken)
        note(LogKey("first_piece_ms"), timeline.modelStart, timeline.speechStart)
        note(LogKey("first_speech_ms"), timeline.speechStart, timeline.firstSpeech)
        note(LogKey("first_output_ms"), timeline.speechEnd ?? timeline.modelStart, timeline.firstOutput)
        if let own = timeline.engineTime { values[LogKey("engine_ms")] = LogValue(milliseconds: own) }
        logger.info("turn answered", values)
    }
}
