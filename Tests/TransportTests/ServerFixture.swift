import EventLoops
import Observability
import Synchronization
import Transport

/// A server on a loop and port of its own; echoes texts unless the test says otherwise.
final class ServerFixture: Sendable {
    let loop: EpollEventLoop
    let server: WebSocketServer
    let log = RecordingLog()
    private let opened = Mutex<[RecordingHandler]>([])

    init(_ configuration: WebSocketServerConfiguration = .forTests) {
        loop = EpollEventLoop(name: "transport-test")
        server = WebSocketServer(loop: loop, configuration: configuration, logger: Logger(handler: log))
        loop.start()
    }

    /// Runs a test against a server that grants every websocket.
    static func run(
        _ configuration: WebSocketServerConfiguration = .forTests,
        onText: @escaping @Sendable (WebSocketConnection, String) -> Void = { $0.send($1) },
        _ body: (ServerFixture, _ port: Int) async throws -> Void
    ) async throws {
        let fixture = ServerFixture(configuration)
        let port = try await fixture.server.listen(host: "127.0.0.1", port: 0) { _ in fixture.grant(onText) }
        try await fixture.finish(port, body)
    }

    /// Runs a test against a server with this decision.
    static func run(
        _ configuration: WebSocketServerConfiguration = .forTests,
        decide: @escaping @Sendable (UpgradeRequest) async -> UpgradeDecision,
        _ body: (ServerFixture, _ port: Int) async throws -> Void
    ) async throws {
        let fixture = ServerFixture(configuration)
        let port = try await fixture.server.listen(host: "127.0.0.1", port: 0, decide: decide)
        try await fixture.finish(port, body)
    }

    func grant(_ onText: @escaping @Sendable (WebSocketConnection, String) -> Void) -> UpgradeDecision {
        .upgrade { connection in
            let handler = RecordingHandler(connection, onText: onText)
            self.opened.withLock { $0.append(handler) }
            return handler
        }
    }

    var handlers: [RecordingHandler] { opened.withLock { $0 } }

    /// Lets go of handlers and their connections.
    func forgetHandlers() { opened.withLock { $0 = [] } }

    var openConnections: Int {
        get async { await loop.run { self.server.connectionCount } }
    }

    private func finish(_ port: Int, _ body: (ServerFixture, _ port: Int) async throws -> Void) async throws {
        do { try await body(self, port) } catch {
            await server.stop(within: .milliseconds(100))
            loop.stop()
            throw error
        }
        await server.stop(within: .milliseconds(100))
        loop.stop()
    }
}

extension WebSocketServerConfiguration {
    /// The defaults, for as many connections as any machine's limit of open files allows.
    static var forTests: Self {
        var configuration = WebSocketServerConfiguration()
        configuration.maximumConnections = 1500
        return configuration
    }
}

/// Keeps log lines.
final class RecordingLog: LogHandler {
    let minimumLevel = Logger.Level.debug
    private let entries = Mutex<[String]>([])
    var lines: [String] { entries.withLock { $0 } }
    func log(_ level: Logger.Level, _ message: StaticString, _ metadata: LogMetadata) {
        entries.withLock { $0.append("\(level) \(message) \(metadata)") }
    }
}

/// Waits until the condition holds; false after ten seconds.
func eventually(_ condition: @Sendable () async -> Bool) async -> Bool {
    for _ in 0..<5000 {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return false
}
