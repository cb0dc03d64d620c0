import Core
import Observability
import Pipeline

// Summaries of long conversations, each made by one task beside the talk.
extension Session {
    func summarize(_ request: SummaryRequest) {
        summary = (request.id, task("summary") { await self.runSummary(request) })
    }

    func cancelSummary(_ id: Int) {
        guard let running = summary, running.id == id else { return }
        summary = nil
        running.task.cancel()
    }

    private func runSummary(_ request: SummaryRequest) async {
        var text = ""
        do throws(ProviderError) {
            let model = providers.languageModel.gated(by: work.begin(.summary, isUnderWay: true))
            let result = try await model.generate(request.model) { event throws(ProviderError) in
                guard case .textDelta(let delta) = event else { return }
                text += delta
                guard text.utf8.count <= request.longestText else { throw Self.noSummary }
            }
            guard summary?.id == request.id else { return }
            summary = nil
            ingest(.summaryReady(request.id, text, result))
        } catch {
            guard summary?.id == request.id else { return }
            summary = nil
            failed(error)
            ingest(.summaryFailed(request.id, error))
        }
    }

    private static let noSummary = ProviderError(
        .languageModel, provider: "engine", .malformedResponse, "The summary is longer than was asked for.")

    /// Tells the operator what became of a summary; nothing of what was said.
    func report(_ report: SummaryReport) {
        observer.summaryEnded(report)
        var values: LogMetadata = [
            LogKey("outcome"): .string(report.outcome.rawValue), .count: .integer(report.items),
        ]
        if let tokens = report.conversationTokens { values[LogKey("conversation_tokens")] = .integer(tokens) }
        if let duration = report.duration { values[.duration] = LogValue(milliseconds: duration) }
        if let usage = report.usage {
            values[LogKey("input_tokens")] = .integer(usage.input)
            values[LogKey("output_tokens")] = .integer(usage.output)
        }
        switch report.outcome {
        case .applied: logger.info("conversation summarized", values)
        case .stale, .failed, .timedOut: logger.warning("no summary of the conversation", values)
        case .window: logger.warning("oldest turns left the model's view without a summary", values)
        }
    }
}
