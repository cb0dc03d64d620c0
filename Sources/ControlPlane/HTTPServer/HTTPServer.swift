package import Observability
import Synchronization

/// An HTTP/1.1 server on one address: complete requests in, complete answers out, every phase with a deadline.
///
/// DESIGN: libmicrohttpd's threads only move bytes. A request that is complete suspends its connection and is answered
/// by a task with `executor` as preference, so a handler may await the store without holding a thread. Stopping is
/// `quiesce` (no new connections, answers close theirs), then `stop` (requests in flight get a grace, then a 503).
package final class HTTPServer: Sendable {
    /// The port really bound.
    package let port: UInt16
    private let bridge: RequestBridge
    private let daemon: Mutex<MHDDaemonHandle?>
    private let watch: Task<Void, Never>

    /// How long refused requests may take to leave once the grace is over.
    private static let farewell = Duration.seconds(1)

    /// Binds, and serves from now on.
    /// - Parameters:
    ///   - configuration: where to listen, and what a client may use up.
    ///   - responder: answers the requests.
    ///   - executor: where handlers run; nil: the global pool.
    ///   - logger: is told that the server listens.
    /// - Throws: why the address cannot be had.
    package init(
        _ configuration: HTTPServerConfiguration, responder: any HTTPResponder, executor: (any TaskExecutor)? = nil,
        logger: Logger
    ) throws(HTTPServerError) {
        let socket = try ListeningSocket(host: configuration.host, port: configuration.port)
        port = socket.port
        let bridge = RequestBridge(configuration: configuration, responder: responder, executor: executor)
        self.bridge = bridge
        daemon = Mutex(try MHDDaemonHandle(socket: socket, bridge: bridge))
        watch = Task(name: "http deadlines", executorPreference: executor) {
            while !Task.isCancelled {
                try? await Task.sleep(for: configuration.tick)
                bridge.checkDeadlines(now: .now)
            }
        }
        logger.info(
            "listening",
            [
                LogKey("listener"): .string(configuration.name), .address: .string(configuration.host),
                .port: .integer(Int(port)),
            ])
    }

    /// Requests between their first line and their last byte.
    package var activeRequests: Int { bridge.activeRequests }

    /// Connections open now.
    package var connections: Int { bridge.connections.count }

    /// Stops accepting connections; those that are open go on, and are closed by their next answer.
    package func quiesce() {
        bridge.enter(.draining)
        daemon.withLock { $0?.quiesce() }
    }

    /// Lets requests in flight finish for at most `grace`, answers the rest with 503, then closes everything.
    package func stop(grace: Duration) async {
        quiesce()
        await waitUntilIdle(for: grace)
        bridge.enter(.stopping)
        bridge.abandonAll(.draining)
        await waitUntilIdle(for: Self.farewell)
        watch.cancel()
        shutDown()
    }

    deinit {
        watch.cancel()
        shutDown()
    }

    /// Joins the library's threads; nothing may be suspended while that happens, hence the refusals before it.
    private func shutDown() {
        quiesce()
        bridge.enter(.stopping)
        bridge.abandonAll(.draining)
        daemon.withLock { $0 = nil }
    }

    private func waitUntilIdle(for limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while bridge.activeRequests > 0, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}
