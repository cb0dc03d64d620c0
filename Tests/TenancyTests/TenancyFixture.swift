import Core
import Cryptography
import EventLoops
import Observability
import Redis
import Synchronization
import TestSupport
import Testing

@testable import Tenancy

/// The tenancy services of one process over a private redis-server.
///
/// Several may share a server, as replicas do.
final class TenancyFixture: Sendable {
    let server: RedisServerFixture
    let loop = EpollEventLoop(name: "tenancy-test")
    let connection: RedisConnection
    let services: TenancyServices
    let masterKey: MasterKey
    private let clocks = Clocks()

    /// How far this process's clocks are moved.
    private final class Clocks: Sendable {
        let wallSeconds = Atomic<Int64>(0)
        let monotonicMilliseconds = Atomic<Int64>(0)
    }

    convenience init(_ change: (inout TenancyConfiguration) -> Void = { _ in }) async throws {
        try await self.init(server: RedisServerFixture(), masterKey: .random(), change)
    }

    init(
        server: RedisServerFixture, masterKey: MasterKey, _ change: (inout TenancyConfiguration) -> Void = { _ in }
    ) async throws {
        (self.server, self.masterKey) = (server, masterKey)
        loop.start()
        var redis = try RedisConfiguration(address: server.address)
        redis.commandDeadline = .seconds(2)
        redis.connectDeadline = .seconds(2)
        let logger = Logger(handler: NullLogHandler())
        connection = RedisConnection(configuration: redis, loop: loop, logger: logger)
        var configuration = TenancyConfiguration()
        change(&configuration)
        let clocks = clocks
        services = try TenancyServices(
            redis: connection, masterKey: masterKey, configuration: configuration,
            clock: TenancyClock(
                wall: { TenancyClock.system.wall() + .seconds(clocks.wallSeconds.load(ordering: .relaxed)) },
                monotonic: {
                    TenancyClock.system.monotonic()
                        + .milliseconds(clocks.monotonicMilliseconds.load(ordering: .relaxed))
                }),
            logger: logger)
        await connection.start()
        try #require(await connection.waitUntilReady(for: .seconds(5)))
    }

    /// Moves this process's civil clock forward.
    func advanceWall(seconds: Int64) { clocks.wallSeconds.add(seconds, ordering: .relaxed) }

    /// Moves this process's monotonic clock forward.
    func advance(_ duration: Duration) {
        clocks.monotonicMilliseconds.add(Int64(duration.wholeMilliseconds), ordering: .relaxed)
    }

    /// Another process on the same server and master key.
    func replica(_ change: (inout TenancyConfiguration) -> Void = { _ in }) async throws -> TenancyFixture {
        try await TenancyFixture(server: server, masterKey: masterKey, change)
    }

    func close() async {
        await connection.close()
        loop.stop()
    }

    /// A tenant with a key, and the principal that key proves.
    func tenant(_ limits: TenantLimits = .standard) async throws -> (Tenant, IssuedAPIKey, Principal) {
        let tenant = try await services.directory.createTenant(name: "tenant", limits: limits)
        let key = try await services.directory.createKey(
            tenant: tenant.id, name: "key", expires: nil, concurrentSessions: 0)
        return (tenant, key, try await services.authenticator.authenticate(key.secret))
    }

    /// A registered worker.
    func worker(_ name: String = "wrk_1", capacity: Int = 100) async throws -> WorkerRegistration {
        let worker = WorkerRegistration(
            id: WorkerID(name), address: "127.0.0.1:9000", publicURL: "wss://\(name).example", capacity: capacity)
        try await services.workers.register(worker)
        return worker
    }

    /// A raw command, for looking at the store or damaging it.
    @discardableResult
    func redis(_ arguments: String...) async throws -> RedisReply {
        var command = RedisCommand()
        command.append(arguments)
        return try await connection.send(command)
    }

    /// Members of a sorted set.
    func count(_ key: RedisKey) async throws -> Int64 { try await redis("ZCARD", key.name).number ?? -1 }
}

/// The code of the error `body` throws; nil if it throws none.
func code(_ body: () async throws -> some Any) async -> TenancyError.Code? {
    do {
        _ = try await body()
        return nil
    } catch { return (error as? TenancyError)?.code ?? .internal }
}

func session(_ name: some CustomStringConvertible) -> SessionID { SessionID("sess_\(name)") }
