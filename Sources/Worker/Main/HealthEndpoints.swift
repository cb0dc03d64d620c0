import Core
import Lifecycle
import Observability
import Transport

/// `/livez`, `/readyz` and `/metrics` of the operator's port.
struct HealthEndpoints: Sendable {
    let readiness: Readiness
    let metrics: MetricsRegistry
    /// The watch over the loop of the sessions.
    let watch: LoopWatch

    /// The answer to one request.
    ///
    /// Called on the operator's own loop: it says of the sessions' loop what the watch over it says.
    func answer(_ request: UpgradeRequest) -> UpgradeDecision {
        .respond(answer(method: request.method, path: request.path))
    }

    /// The answer to this method at this path.
    func answer(method: String, path: String) -> HTTPAnswer {
        guard method == "GET" else {
            return HTTPAnswer(status: 405, headers: [("Allow", "GET")], text: "Only GET is answered here.\n")
        }
        switch path {
        case "/livez": return stalled ?? HTTPAnswer(status: 200, text: "ok\n")
        case "/readyz":
            guard readiness.isReady else { return HTTPAnswer(status: 503, text: readiness.state.name + "\n") }
            return stalled ?? HTTPAnswer(status: 200, text: "ready\n")
        case "/metrics":
            return HTTPAnswer(
                status: 200, headers: [("Content-Type", MetricsRegistry.expositionContentType)],
                body: Array(metrics.exposition().utf8))
        default: return HTTPAnswer(status: 404, text: "Nothing is here.\n")
        }
    }

    /// The answer while the sessions' loop stands still.
    private var stalled: HTTPAnswer? {
        watch.stall.map { stall in
            HTTPAnswer(
                status: 503,
                text: "The loop of the sessions has not turned for \(stall.wholeMilliseconds) milliseconds.\n")
        }
    }
}
