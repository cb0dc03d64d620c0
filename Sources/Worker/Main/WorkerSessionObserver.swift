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

    func turnSpeculated(_ report: SpeculationReport) {
        metrics.turnSpeculated(report)
        logger.info(
            "turn speculated",
            [
                LogKey("begun"): .integer(report.begun), LogKey("discarded"): .integer(report.discardedCount),
                LogKey("adopted"): .bool(report.isAdopted),
                LogKey("wasted_input_tokens"): .integer(report.inputTokens),
                LogKey("wasted_output_tokens"): .integer(report.outputTokens),
                LogKey("estimated"): .bool(report.isEstimated),
                LogKey("wasted_speech_ms"): LogValue(milliseconds: report.speech),
            ])
    }

    func turnAnswered(_ timeline: TurnTimeline) {
        metrics.turnAnswered(timeline)
        var values: LogMetadata = [:]
        func note(_ key: LogKey, _ from: MonotonicInstant?, _ to: MonotonicInstant?) {
            // What was there before the turn was over was not waited for.
            if let from, let to { values[key] = LogValue(milliseconds: max(.zero, to - from)) }
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
