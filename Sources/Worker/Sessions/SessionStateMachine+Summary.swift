import Core
import Pipeline
import RealtimeProtocol

// Long conversations: the older part becomes a summary that only the model sees; its items stay what they are for clients.
extension SessionStateMachine {
    /// The model has written `response` and has nothing to do; one that read the conversation may have made it too long.
    mutating func considerSummary(after response: ActiveResponse) {
        if response.inConversation, response.request.input == nil { considerSummary() }
    }

    /// Begins a summary where the conversation has grown so long that it needs one.
    private mutating func considerSummary() {
        guard phase == .open, configuration.kind == .realtime, summarizer.isReady(at: now), let policy = summaryPolicy
        else { return }
        let history = summaryHistory
        guard let part = policy.part(of: history) else { return }
        let items = Array(history.items[..<part.items])
        guard capabilities.canSummarize, part.isReadable else { return dropOldest(items, policy) }
        let request = SummaryPrompt.request(
            for: PromptBuilder.messages(of: history.parts[..<part.parts]), after: history.summary,
            tokens: policy.summaryTokens,
            model: configuration.behavior.summary.model)
        let job = summarizer.begin(items, size: PromptSize(of: request), now: now)
        actions.append(
            .summarize(
                SummaryRequest(id: job.id, model: request, longestText: estimator.bytes(ofTokens: policy.summaryTokens))
            ))
        actions.append(.setTimer(.summaryDeadline, at: now + configuration.behavior.summary.timeout))
    }

    /// A summary was written.
    mutating func summaryReady(_ id: Int, _ text: String, _ result: LanguageModelResult) {
        guard let job = summarizer.job, job.id == id else { return }
        var report = SummaryReport(outcome: .failed, items: job.items.count, duration: now - job.begun)
        report.usage =
            result.usage
            ?? .init(input: estimator.tokens(in: job.size), output: estimator.tokens(ofBytes: text.utf8.count))
        guard result.finishReason == .stop, text.contains(where: { !$0.isWhitespace }) else {
            return summaryFailed(report)
        }
        guard conversation.unsettled.prefix(job.items.count).map(\.item) == job.items, summaryPolicy != nil else {
            report.outcome = .stale
            return summaryFailed(report)
        }
        actions.append(.cancelTimer(.summaryDeadline))
        summarizer.applied()
        conversation.summarize(job.items.map(\.id), as: text)
        report.outcome = .applied
        self.report(report)
        considerSummary()
    }

    /// No summary was written.
    mutating func summaryFailed(_ id: Int, _ error: ProviderError) {
        guard let job = summarizer.job, job.id == id else { return }
        summaryFailed(
            SummaryReport(
                outcome: error.category == .timeout ? .timedOut : .failed, items: job.items.count,
                duration: now - job.begun))
    }

    /// The summary took too long.
    mutating func summaryOverdue() {
        guard let job = summarizer.job else { return }
        actions.append(.cancelSummary(job.id))
        summaryFailed(SummaryReport(outcome: .timedOut, items: job.items.count, duration: now - job.begun))
    }

    /// The client changes or removes this item: a summary that covers it is not true any more.
    mutating func withdrawSummary(covering id: ItemID) {
        guard conversation[id]?.visibility == .summarized else { return }
        stopSummary()
        conversation.forgetSummary()
        summarizer.withdrawn(now: now)
        report(SummaryReport(outcome: .stale, items: 1))
    }

    /// Nothing of a summary goes on after the session.
    mutating func stopSummary() {
        guard let job = summarizer.job else { return }
        summarizer.stop()
        actions.append(.cancelSummary(job.id))
        actions.append(.cancelTimer(.summaryDeadline))
    }

    private mutating func summaryFailed(_ report: SummaryReport) {
        actions.append(.cancelTimer(.summaryDeadline))
        self.report(report)
        guard summarizer.failed(now: now), let policy = summaryPolicy, let part = policy.part(of: summaryHistory) else {
            return
        }
        dropOldest(Array(summaryHistory.items[..<part.items]), policy)
    }

    /// The sliding window, where there is no summary.
    ///
    /// Where nothing may be cut, nothing is.
    private mutating func dropOldest(_ items: [ConversationItem], _ policy: SummaryPolicy) {
        guard configuration.truncation != .disabled else { return }
        conversation.hide(items.map(\.id), as: .dropped)
        report(SummaryReport(outcome: .window, items: items.count))
    }

    private mutating func report(_ report: SummaryReport) {
        var report = report
        if let policy = summaryPolicy, report.outcome == .applied || report.outcome == .window {
            report.conversationTokens = policy.tokens(of: summaryHistory)
        }
        actions.append(.reportSummary(report))
    }

    private var summaryHistory: SummaryHistory {
        SummaryHistory(conversation) { transcriptions[$0] != nil }
    }

    /// nil where this conversation is not summarised.
    private var summaryPolicy: SummaryPolicy? {
        let behavior = configuration.behavior.summary
        guard behavior.isEnabled, configuration.truncation != .disabled || behavior.appliesWithoutTruncation else {
            return nil
        }
        let prompt = PromptBuilder(configuration: configuration, request: ResponseRequest())
        let budget = contextWindow(of: configuration).capacity(beside: fixedSize(of: prompt, tools: toolsSize))
        return SummaryPolicy(
            budget: min(budget, behavior.budget ?? budget), readable: settings.contextTokens * 9 / 10,
            keptTurns: behavior.keptTurns, estimator: estimator)
    }
}
