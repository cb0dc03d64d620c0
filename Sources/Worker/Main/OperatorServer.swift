import Budgets
import EventLoops
import Lifecycle
import Observability
import Transport

/// The operator's port: probes and metrics on a thread, with places and deadlines of its own.
///
/// DESIGN: no client can delay or fill it. It shares neither loop nor limiter with the sessions, and what it reads are
/// atomics. It is the first service to start and the last to end, so a worker that drains still says so.
final class OperatorServer: Service {
    let name = "operator server"

    private let address: String
    private let port: Int
    private let health: HealthEndpoints
    private let loop: EpollEventLoop
    private let server: WebSocketServer

    /// How long a request head or the reading of an answer may take.
    private static let patience = Duration.seconds(2)

    init(address: String, port: Int, health: HealthEndpoints, budgets: WorkerBudgets, logger: Logger) {
        self.address = address
        self.port = port
        self.health = health
        loop = EpollEventLoop(name: "operator")
        var configuration = WebSocketServerConfiguration()
        configuration.servesWebSockets = false
        configuration.maximumHandshakes = budgets.probes
        configuration.maximumConnectionsPerAddress = budgets.probes
        configuration.headTimeout = Self.patience
        configuration.answerTimeout = Self.patience
        server = WebSocketServer(loop: loop, configuration: configuration, logger: logger)
    }

    /// Descriptors that it may hold.
    static func descriptors(_ budgets: WorkerBudgets) -> Int { budgets.probes + 8 }

    func start() async throws {
        loop.start()
        let health = health
        do {
            try await server.listen(host: address, port: port) { health.answer($0) }
        } catch {
            await stop()
            throw error
        }
    }

    func shutdown() async { await stop() }

    private func stop() async {
        await server.stop(within: .milliseconds(100))
        loop.stop()
    }
}
