import Lifecycle
import Observability
import Transport

/// `/livez`, `/readyz` and `/metrics` of the operator's port.
struct HealthEndpoints: Sendable {
    let readiness: Readiness
    let metrics: MetricsRegistry

    /// The answer to one request.
    ///
    /// Called on the loop, so an answer at all means that the loop turns.
    func answer(_ request: UpgradeRequest) -> UpgradeDecision {
        guard request.method == "GET" else {
            return .respond(HTTPAnswer(status: 405, headers: [("Allow", "GET")], text: "Only GET is answered here.\n"))
        }
        return switch request.path {
        case "/livez": .respond(HTTPAnswer(status: 200, text: "ok\n"))
        case "/readyz":
            .respond(HTTPAnswer(status: readiness.isReady ? 200 : 503, text: readiness.state.name + "\n"))
        case "/metrics":
            .respond(
                HTTPAnswer(
                    status: 200, headers: [("Content-Type", MetricsRegistry.expositionContentType)],
                    body: Array(metrics.exposition().utf8)))
        default: .respond(HTTPAnswer(status: 404, text: "Nothing is here.\n"))
        }
    }
}
