import HTTPServer
import Lifecycle
import Observability
import Synchronization

/// One listener as a service: binds when started, drains when shut down.
final class HTTPService: Service {
    let name: String
    private let configuration: HTTPServerConfiguration
    private let responder: any HTTPResponder
    private let executor: any TaskExecutor
    private let grace: Duration
    private let logger: Logger
    private let server = Mutex<HTTPServer?>(nil)

    /// A listener whose requests in flight get `grace` once a shutdown has begun.
    init(
        _ configuration: HTTPServerConfiguration, responder: any HTTPResponder, executor: any TaskExecutor,
        grace: Duration, logger: Logger
    ) {
        name = "\(configuration.name) listener"
        self.configuration = configuration
        self.responder = responder
        self.executor = executor
        self.grace = grace
        self.logger = logger
    }

    func start() async throws {
        let started = try HTTPServer(configuration, responder: responder, executor: executor, logger: logger)
        server.withLock { $0 = started }
    }

    func shutdown() async {
        let running = server.withLock { server in
            defer { server = nil }
            return server
        }
        await running?.stop(grace: grace)
    }
}
