package import HTTPServer
package import Observability

/// The three listeners' routers: what is in front of every handler.
package enum Listeners {
    /// Clients, through the edge.
    package static func `public`(
        _ services: ControlPlaneServices, trustedProxies: Set<String>, logger: Logger
    ) -> Router {
        let record = RequestRecord(registry: services.metrics, listener: "public")
        return Router(
            Routes.public(services),
            middleware: [record, RequestHeaders(isPublic: true), CORS(origins: services.allowedOrigins)],
            trustedProxies: trustedProxies, logger: logger, refusalObserver: record.record)
    }

    /// The edge's questions.
    package static func `internal`(
        _ services: ControlPlaneServices, trustedProxies: Set<String>, logger: Logger
    ) -> Router {
        let record = RequestRecord(registry: services.metrics, listener: "internal")
        return Router(
            Routes.internal(services),
            middleware: [record, RequestHeaders(isPublic: true), CORS(origins: services.allowedOrigins)],
            trustedProxies: trustedProxies, logger: logger, refusalObserver: record.record)
    }

    /// Operators and their tools; asked every few seconds, so not logged.
    package static func ops(_ services: ControlPlaneServices, logger: Logger) -> Router {
        Router(Routes.ops(services), middleware: [RequestHeaders(isPublic: false)], logger: logger)
    }
}
