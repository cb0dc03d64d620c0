import Core
import Cryptography
import EventLoops
import Foundation
import Lifecycle
import Observability
import Redis
import Tenancy
import TestSupport
import Testing

@testable import ControlPlaneAPI
@testable import HTTPServer

/// The listeners of a control plane over a Redis of their own, as the executable joins them, without a process.
final class RunningControlPlane: Sendable {
    let redis: RedisServerFixture
    let tenancy: TenancyServices
    let bootstrap: BootstrapOutcome
    private let loop: EpollEventLoop
    private let connection: RedisConnection
    private let publicListener: HTTPServer
    private let internalListener: HTTPServer

    /// Its first tenant's key.
    var key: String { bootstrap.secret?.revealed ?? "" }

    init() async throws {
        let logger = Logger(handler: NullLogHandler())
        redis = try RedisServerFixture()
        let loop = EpollEventLoop(name: "control plane")
        loop.start()
        self.loop = loop
        // A busy test machine is no outage.
        var configuration = RedisConfiguration(address: try redis.address)
        configuration.commandDeadline = .seconds(2)
        configuration.connectDeadline = .seconds(2)
        connection = RedisConnection(configuration: configuration, loop: loop, logger: logger)
        await connection.start()
        try #require(await connection.waitUntilReady(for: .seconds(5)))
        tenancy = try TenancyServices(redis: connection, masterKey: .random(), logger: logger)
        bootstrap = try await tenancy.directory.bootstrap(apiKey: nil)
        let services = ControlPlaneServices(
            authenticator: tenancy.authenticator, limiter: tenancy.limiter, issuer: tenancy.issuer,
            behaviors: tenancy.behaviors, clips: tenancy.clips, admission: tenancy.admission, registry: tenancy.workers,
            readiness: Readiness(),
            metrics: MetricsRegistry(), isStoreReachable: { [connection] in await connection.server() != nil })
        func listen(_ name: String, _ router: Router) throws -> HTTPServer {
            try HTTPServer(
                HTTPServerConfiguration(name: name, host: "127.0.0.1", port: 0), responder: router, executor: loop,
                logger: logger)
        }
        publicListener = try listen("public", Listeners.public(services, trustedProxies: [], logger: logger))
        internalListener = try listen("internal", Listeners.internal(services, trustedProxies: [], logger: logger))
    }

    /// Stops everything, so that the loop outlives what lives on it.
    func stop() async {
        await publicListener.stop(grace: .seconds(1))
        await internalListener.stop(grace: .seconds(1))
        await connection.close()
        loop.stop()
    }

    /// One call of the REST API: the whole answer, head and body.
    func call(_ method: String, _ target: String, key: String, body: String = "") async -> Answer {
        let port = publicListener.port
        return await Self.exchange(
            port,
            "\(method) \(target) HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer \(key)\r\n"
                + "content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// The edge's question.
    func assign(key: String) async -> Answer {
        let port = internalListener.port
        return await Self.exchange(
            port,
            "GET /internal/assign HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer \(key)\r\n"
                + "x-original-uri: /v1/realtime?model=x\r\n\r\n")
    }

    private static func exchange(_ port: UInt16, _ text: String) async -> Answer {
        Answer(await offPool { RawClient.exchange(port, text) })
    }

    /// An answer taken apart.
    struct Answer {
        let status: Int
        let fields: [String: String]
        let json: JSONValue

        init(_ text: String) {
            let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            let lines = parts[0].split(separator: "\r\n")
            status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
            var fields: [String: String] = [:]
            for line in lines.dropFirst() {
                let halves = line.split(separator: ":", maxSplits: 1)
                fields[halves[0].lowercased()] = halves.count == 2 ? String(halves[1].dropFirst()) : ""
            }
            self.fields = fields
            json = parts.count == 2 ? (try? JSONValue.parse(String(parts[1]))) ?? .null : .null
        }
    }
}
