import HTTPServer
import Observability

/// `GET /metrics`: the process's metrics in Prometheus's text format.
struct MetricsHandler: Sendable {
    let registry: MetricsRegistry

    var get: HTTPHandler.Throwing {
        { _, _ in .text(.ok, registry.exposition(), type: MetricsRegistry.expositionContentType) }
    }
}
