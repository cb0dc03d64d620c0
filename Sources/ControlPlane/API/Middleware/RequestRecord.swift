import Core
import HTTPServer
import Observability
import Synchronization

/// One log line and the metrics of every request of one listener.
///
/// The path is logged as its route's template: a path may hold what a client typed, a query may hold a key.
final class RequestRecord: Middleware {
    private let registry: MetricsRegistry
    private let listener: String
    private let series = Mutex<[Series: Counter]>([:])
    private let durations = Mutex<[String: Histogram]>([:])

    private struct Series: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    /// Counts into `registry`, with the listener's name as a label.
    init(registry: MetricsRegistry, listener: String) {
        self.registry = registry
        self.listener = listener
    }

    func handle(
        _ request: HTTPRequest, _ context: RequestContext, next: HTTPHandler.NonThrowing
    ) async -> HTTPResponse {
        let response = await next(request, context)
        record(request.method, context, response)
        return response
    }

    /// Records an answer; also for those that were given without the middleware.
    func record(_ method: HTTPMethod, _ context: RequestContext, _ response: HTTPResponse) {
        let elapsed = ContinuousClock.now - context.received
        counter(Series(method: method.label, route: context.route, status: response.status.code)).increment()
        histogram(context.route).observe(elapsed)
        let metadata: LogMetadata = [
            LogKey("method"): .string(method.label), LogKey("route"): .string(context.route),
            .status: .integer(response.status.code), .duration: LogValue(milliseconds: elapsed),
            LogKey("client"): .string(context.clientAddress),
        ]
        if response.status.code >= 500 {
            context.logger.warning("request failed", metadata)
        } else {
            context.logger.info("request", metadata)
        }
    }

    private func counter(_ key: Series) -> Counter {
        if let known = series.withLock({ $0[key] }) { return known }
        let made = registry.counter(
            "antiphon_http_requests_total", "Requests answered.",
            labels: [
                "listener": listener, "method": key.method, "route": key.route, "status": String(key.status),
            ])
        series.withLock { $0[key] = made }
        return made
    }

    private func histogram(_ route: String) -> Histogram {
        if let known = durations.withLock({ $0[route] }) { return known }
        let made = registry.histogram(
            "antiphon_http_request_seconds", "From the complete request to its answer.",
            labels: ["listener": listener, "route": route])
        durations.withLock { $0[route] = made }
        return made
    }
}
