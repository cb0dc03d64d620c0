import Core
import Observability
import Pipeline
import RealtimeProtocol
import ServerTools
import Sessions

/// Everything that `/metrics` of a worker shows.
struct WorkerMetrics: Sendable {
    private let started: Counter
    private let ended: [SessionEnd: Counter]
    private let live: Gauge
    private let refused: [String: Counter]
    private let failures: [String: Counter]
    private let fallbacks: [ProviderError.Stage: Counter]
    private let summaries: [SummaryOutcome: Counter]
    private let summaryInput: Counter
    private let summaryOutput: Counter
    private let toolCalls: [ServerToolOutcome: Counter]
    private let toolTime: Histogram
    private let latencies: [ResponseLatency.Origin: [ResponseLatency.Phase: Histogram]]
    private let turns: [TurnReport.Outcome: Counter]

    private let registry: MetricsRegistry
    private let refusedWork: [String: Counter]
    private let adopted: Counter
    private let discarded: [SpeculationReport.Reason: Counter]
    private let wastedInput: Counter
    private let wastedOutput: Counter

    /// Why a connection did not become a session.
    enum Refusal: String, CaseIterable { case credential, request, limit, capacity, store }

    init(registry: MetricsRegistry) {
        self.registry = registry
        started = registry.counter("antiphon_worker_sessions_started_total", "Sessions begun.")
        ended = Dictionary(
            uniqueKeysWithValues: SessionEnd.allCases.map { reason in
                (
                    reason,
                    registry.counter(
                        "antiphon_worker_sessions_ended_total", "Sessions ended, by the reason.",
                        labels: ["reason": reason.rawValue])
                )
            })
        live = registry.gauge("antiphon_worker_sessions", "Live sessions.")
        refused = Dictionary(
            uniqueKeysWithValues: Refusal.allCases.map { reason in
                (
                    reason.rawValue,
                    registry.counter(
                        "antiphon_worker_connections_refused_total", "Connections that did not become a session.",
                        labels: ["reason": reason.rawValue])
                )
            })
        failures = Dictionary(
            uniqueKeysWithValues: ProviderError.Stage.allCases.flatMap { stage in
                ErrorCategory.allCases.map { category in
                    (
                        "\(stage.rawValue) \(category.rawValue)",
                        registry.counter(
                            "antiphon_worker_provider_failures_total", "Provider calls that failed.",
                            labels: ["stage": stage.rawValue, "category": category.rawValue])
                    )
                }
            })
        fallbacks = Dictionary(
            uniqueKeysWithValues: ProviderError.Stage.allCases.map { stage in
                (
                    stage,
                    registry.counter(
                        "antiphon_worker_provider_fallbacks_total",
                        "Failed provider calls that another attempt made up for.", labels: ["stage": stage.rawValue])
                )
            })
        summaries = Dictionary(
            uniqueKeysWithValues: SummaryOutcome.allCases.map { outcome in
                (
                    outcome,
                    registry.counter(
                        "antiphon_worker_summaries_total", "What became of summaries of long conversations.",
                        labels: ["outcome": outcome.rawValue])
                )
            })
        func tokens(_ direction: String) -> Counter {
            registry.counter(
                "antiphon_worker_summary_tokens_total", "Tokens that summaries cost.", labels: ["direction": direction])
        }
        summaryInput = tokens("input")
        summaryOutput = tokens("output")
        toolCalls = Dictionary(
            uniqueKeysWithValues: ServerToolOutcome.allCases.map { outcome in
                (
                    outcome,
                    registry.counter(
                        "antiphon_worker_server_tool_calls_total", "Calls of tools of the server.",
                        labels: ["outcome": outcome.rawValue])
                )
            })
        toolTime = registry.histogram(
            "antiphon_worker_server_tool_seconds", "From the call of a tool of the server to its result.")
        latencies = Dictionary(
            uniqueKeysWithValues: ResponseLatency.Origin.allCases.map { origin in
                let phases = ResponseLatency.Phase.allCases.map { phase in
                    (
                        phase,
                        registry.histogram(
                            "antiphon_worker_latency_seconds", "How long the parts of answered turns took.",
                            labels: ["phase": phase.rawValue, "from": origin.rawValue])
                    )
                }
                return (origin, Dictionary(uniqueKeysWithValues: phases))
            })
        turns = Dictionary(
            uniqueKeysWithValues: TurnReport.Outcome.allCases.map { outcome in
                (
                    outcome,
                    registry.counter(
                        "antiphon_worker_turns_total", "Responses by what the user got.",
                        labels: ["outcome": outcome.rawValue])
                )
            })
        refusedWork = Dictionary(
            uniqueKeysWithValues: WorkKind.allCases.flatMap { kind in
                WorkBound.allCases.map { bound in
                    (
                        "\(kind.rawValue) \(bound.rawValue)",
                        registry.counter(
                            "antiphon_worker_work_refused_total", "Work that did not begin for lack of a budget.",
                            labels: ["kind": kind.rawValue, "bound": bound.rawValue])
                    )
                }
            })
        adopted = registry.counter(
            "antiphon_worker_speculations_adopted_total", "Turns answered with work begun before they were over.")
        discarded = Dictionary(
            uniqueKeysWithValues: SpeculationReport.Reason.allCases.map { reason in
                (
                    reason,
                    registry.counter(
                        "antiphon_worker_speculations_discarded_total", "Work begun early and done in vain.",
                        labels: ["reason": reason.rawValue])
                )
            })
        let wasted = ["input", "output"].map { kind in
            registry.counter(
                "antiphon_worker_speculation_wasted_tokens_total",
                "The language model's tokens in work done in vain, by the provider's count or else estimated.",
                labels: ["kind": kind])
        }
        (wastedInput, wastedOutput) = (wasted[0], wasted[1])
    }

    func show(_ memory: MemoryLedger) {
        registry.gauge(
            "antiphon_worker_session_memory_bytes",
            "Bytes of conversations, prompts, answers and audio that all sessions hold."
        ) { memory.held }
    }

    func turnSpeculated(_ report: SpeculationReport) {
        if report.isAdopted { adopted.increment() }
        for (reason, count) in report.discarded { discarded[reason]?.increment(by: UInt64(clamping: count)) }
        wastedInput.increment(by: UInt64(clamping: report.inputTokens))
        wastedOutput.increment(by: UInt64(clamping: report.outputTokens))
    }

    func workRefused(_ kind: WorkKind, _ bound: WorkBound) {
        refusedWork["\(kind.rawValue) \(bound.rawValue)"]?.increment()
    }

    func sessionStarted() {
        started.increment()
        live.add(1)
    }

    func sessionEnded(_ reason: SessionEnd) {
        ended[reason]?.increment()
        live.add(-1)
    }

    func serverToolCalled(_ outcome: ServerToolOutcome, _ time: Duration) {
        toolCalls[outcome]?.increment()
        toolTime.observe(time)
    }

    func connectionRefused(_ reason: Refusal) { refused[reason.rawValue]?.increment() }
    func stageFailed(_ error: ProviderError) {
        failures["\(error.stage.rawValue) \(error.category.rawValue)"]?.increment()
    }

    func fellBack(_ stage: ProviderError.Stage) { fallbacks[stage]?.increment() }

    func summaryEnded(_ report: SummaryReport) {
        summaries[report.outcome]?.increment()
        guard let usage = report.usage else { return }
        summaryInput.increment(by: UInt64(clamping: usage.input))
        summaryOutput.increment(by: UInt64(clamping: usage.output))
    }

    /// Only what was answered has latencies: those of the others would say how long somebody waited in vain.
    func turnEnded(_ report: TurnReport) {
        turns[report.outcome]?.increment()
        guard report.outcome == .answered, let histograms = latencies[report.latency.origin] else { return }
        for (phase, histogram) in histograms { if let duration = report.latency[phase] { histogram.observe(duration) } }
    }
}
