import ControlPlaneAPI
import Core
import Cryptography
import EventLoops
import HTTPServer
import Lifecycle
import Observability
import Redis
import Tenancy

/// The control plane's composition root: the only place that names concrete types of several modules.
///
/// One event loop carries the handlers, the connection to Redis and the timers; the HTTP library's threads only move bytes.
struct ControlPlaneApplication {
    private let configuration: ControlPlaneConfiguration

    init(_ configuration: ControlPlaneConfiguration) { self.configuration = configuration }

    /// Longest that requests in flight are waited for, whatever sessions are granted elsewhere.
    private static let longestGrace = Duration.seconds(10)

    /// Serves until a signal says stop.
    func serve() async throws {
        let signals = UnixSignals([.terminate, .interrupt])
        UnixSignals.ignoreBrokenPipes()
        let log = JSONLogHandler.standardError(minimumLevel: configuration.logLevel)
        let logger = Logger(handler: log)
        if configuration.forgetsMasterKey {
            logger.warning("no master key: what this process seals cannot be read by any other, nor after it ends")
        }
        let loop = EpollEventLoop(name: "control")
        let redis = RedisConnection(
            configuration: RedisConfiguration(address: configuration.redis), loop: loop, logger: logger)
        let tenancy = try TenancyServices(
            redis: redis, masterKey: configuration.masterKey, configuration: configuration.tenancy, logger: logger)
        let masterKey = configuration.masterKey
        let readiness = Readiness()
        let services = ControlPlaneServices(
            authenticator: tenancy.authenticator, limiter: tenancy.limiter, issuer: tenancy.issuer,
            behaviors: tenancy.behaviors, clips: tenancy.clips, admission: tenancy.admission, registry: tenancy.workers,
            readiness: readiness,
            metrics: MetricsRegistry(),
            isStoreReachable: { await redis.server() != nil }, models: ModelCatalog(configuration.models),
            turnDetection: configuration.turnDetection, behavior: configuration.behavior,
            summaryModels: configuration.summaryModels,
            webhookSecret: { tenant in try? WebhookSecret(masterKey: masterKey, tenant: tenant).text },
            allowedOrigins: configuration.allowedOrigins)
        let group = ServiceGroup(
            members(services, tenancy, loop: loop, redis: redis, logger: logger), readiness: readiness, logger: logger)
        defer { log.flush() }
        _ = try await group.run(until: signals)
    }

    /// In order of start: what others stand on first, and the health endpoints before what they report on.
    private func members(
        _ services: ControlPlaneServices, _ tenancy: TenancyServices, loop: EpollEventLoop, redis: RedisConnection,
        logger: Logger
    ) -> [ServiceGroup.Member] {
        let grace = min(configuration.drainTimeout, Self.longestGrace)
        func listener(_ settings: HTTPServerConfiguration, _ router: Router) -> ServiceGroup.Member {
            ServiceGroup.Member(
                HTTPService(settings, responder: router, executor: loop, grace: grace, logger: logger),
                shutdownWithin: grace + .seconds(2))
        }
        let proxies = configuration.trustedProxies
        var members = [
            ServiceGroup.Member(ClosureService("event loop", start: { loop.start() }, shutdown: { loop.stop() })),
            ServiceGroup.Member(
                ClosureService("redis", start: { await redis.start() }, shutdown: { await redis.close() })),
            listener(configuration.opsListener, Listeners.ops(services, logger: logger)),
            ServiceGroup.Member(
                Reaper(
                    registry: services.registry, isStoreReachable: services.isStoreReachable,
                    lease: configuration.tenancy.lease, executor: loop, logger: logger)),
        ]
        if let apiKey = configuration.apiKey {
            members.append(
                ServiceGroup.Member(
                    FirstTenantService(
                        directory: tenancy.directory, apiKey: apiKey, executor: loop, logger: logger)))
        }
        return members + [
            listener(
                configuration.internalListener, Listeners.internal(services, trustedProxies: proxies, logger: logger)),
            listener(
                configuration.publicListener, Listeners.public(services, trustedProxies: proxies, logger: logger)),
        ]
    }
}
