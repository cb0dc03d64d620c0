import Budgets
import Core
import EventLoops
import HTTPClient
import Lifecycle
import Observability
import Sessions
import Tenancy
import Transport

/// The worker's listeners and its place in the fleet: joins when it can serve, renews its leases, and drains in order.
final class RealtimeServer: Service {
    let name = "realtime server"

    /// How long sessions that outlived the drain have to close.
    static let closingTime = Duration.seconds(2)
    private static let heartbeat = Duration.seconds(2)

    private let settings: WorkerSettings
    private let gateway: RealtimeGateway
    private let directory: SessionDirectory
    private let tenancy: WorkerTenancy
    private let readiness: Readiness
    private let prewarm: @Sendable () async -> Void
    private let loop: EpollEventLoop
    private let logger: Logger
    private let server: WebSocketServer
    private let tasks: LoopBound<[Task<Void, Never>]>

    init(
        settings: WorkerSettings, gateway: RealtimeGateway, directory: SessionDirectory,
        tenancy: WorkerTenancy, readiness: Readiness, budgets: WorkerBudgets,
        prewarm: @escaping @Sendable () async -> Void,
        loop: EpollEventLoop, logger: Logger
    ) {
        self.settings = settings
        self.gateway = gateway
        self.directory = directory
        self.tenancy = tenancy
        self.readiness = readiness
        self.prewarm = prewarm
        self.loop = loop
        self.logger = logger
        var configuration = WebSocketServerConfiguration()
        configuration.maximumConnections = settings.capacity + budgets.closingConnections
        configuration.maximumHandshakes = budgets.handshakes
        configuration.maximumRefusals = budgets.refusals
        configuration.pingInterval = settings.pingInterval
        configuration.pongTimeout = settings.pongTimeout
        configuration.otherDescriptors = Self.otherDescriptors(budgets)
        let session = settings.session.budgets
        configuration.heldBytes = session.heldBytes
        configuration.messageTimeout = session.messageTime
        configuration.messageGrowth = session.messageGrowth
        configuration.assemblyBytes = budgets.messageBytes
        configuration.freeAssemblyBytes = budgets.smallMessage
        server = WebSocketServer(loop: loop, configuration: configuration, logger: logger)
        tasks = LoopBound([], loop: loop)
    }

    /// Connections to Redis, listeners, loops, logs and files that are being read.
    private static let spareDescriptors = 256
    /// All that may be open beside the clients' sockets.
    private static func otherDescriptors(_ budgets: WorkerBudgets) -> Int {
        spareDescriptors + OperatorServer.descriptors(budgets) + HTTPClientConfiguration().maximumConnections
            + WorkerTools.connections
    }

    func start() async throws {
        let gateway = gateway
        try await server.listen(host: settings.address, port: settings.port) { await gateway.decide($0) }
        let isKnown = await join()
        await loop.run { [self] in
            tasks.withValue { tasks in
                tasks = [
                    Task(name: "heartbeat", executorPreference: loop) { await self.stayRegistered(isKnown) },
                    Task(name: "leases", executorPreference: loop) { await self.directory.keepLeases() },
                    Task(name: "prewarm", executorPreference: loop) { await self.prewarm() },
                ]
            }
        }
    }

    /// No new sessions, then the live ones end or are closed, then the worker leaves the fleet.
    ///
    /// `readiness` says first that no session is taken any more, so that it holds without the store too.
    func shutdown() async {
        readiness.markDraining()
        try? await tenancy.registry.setState(.draining, of: tenancy.registration.id)
        await directory.drain(within: settings.drainTimeout)
        await server.stop(within: Self.closingTime)
        await directory.settle()
        let running = await loop.run { [self] in tasks.withValue { $0 } }
        for task in running { task.cancel() }
        for task in running { await task.value }
        try? await tenancy.registry.remove(tenancy.registration.id)
    }

    /// Tells the fleet every two seconds that this worker is there; joins again when the store has forgotten it.
    private func stayRegistered(_ wasKnown: Bool) async {
        var isKnown = wasKnown
        while !Task.isCancelled {
            try? await loop.sleep(for: Self.heartbeat)
            guard !Task.isCancelled else { return }
            guard isKnown || readiness.state == .draining else {
                isKnown = await join()
                continue
            }
            do throws(TenancyError) {
                _ = try await tenancy.registry.heartbeat(
                    tenancy.registration, isDraining: readiness.state == .draining)
            } catch {
                logger.warning("the store does not hear this worker", [.reason: .string(error.description)])
            }
        }
    }

    /// Registers this worker; false when the store is away.
    private func join() async -> Bool {
        do throws(TenancyError) {
            try await tenancy.registry.register(tenancy.registration)
            logger.info("joined the fleet", [.address: .string(tenancy.registration.address)])
            return true
        } catch {
            logger.warning("the store does not hear this worker", [.reason: .string(error.description)])
            return false
        }
    }
}
