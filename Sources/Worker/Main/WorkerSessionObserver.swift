import Core
import Observability
import Pipeline
import RealtimeProtocol
import Sessions

/// Passes what one session tells to the worker's directory, metrics and log.
struct WorkerSessionObserver: SessionObserver {
    let directory: SessionDirectory
    let metrics: WorkerMetrics
    let logger: Logger

    func sessionEnded(_ id: SessionID, _ reason: SessionEnd) { directory.remove(id, reason) }
    func stageFailed(_ error: ProviderError) { metrics.stageFailed(error) }
    func workRefused(_ kind: WorkKind, _ bound: WorkBound) { metrics.workRefused(kind, bound) }
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

    func turnEnded(_ report: TurnReport) {
        metrics.turnEnded(report)
        var values: LogMetadata = [
            LogKey("outcome"): .string(report.outcome.rawValue),
            LogKey("from"): .string(report.latency.origin.rawValue),
        ]
        for phase in ResponseLatency.Phase.allCases {
            guard let duration = report.latency[phase] else { continue }
            values[LogKey("\(phase.rawValue)_ms")] = LogValue(milliseconds: duration)
        }
        logger.info("turn ended", values)
    }
}
