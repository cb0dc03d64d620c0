import Core
package import EventLoops
import Glibc
package import Observability

/// Serves websockets, and plain answers, on one loop.
///
/// DESIGN: `Acceptor` accepts, `HandshakeConnection` reads the request and waits for the decision, `LWSContext` takes the
/// sockets that were granted, `WebSocketConnection` is one of those. Several ports may share the server: a worker's
/// operator port is a second `listen` whose decision always is to respond. All of it lives on the loop's thread, hence
/// `@unchecked Sendable`; the asynchronous methods go there by themselves.
package final class WebSocketServer: @unchecked Sendable {
    let loop: EpollEventLoop
    let configuration: WebSocketServerConfiguration
    let logger: Logger
    var limiter: ConnectionLimiter
    var buffers = BufferPool()
    /// Bytes of large messages that arrive or wait for their handlers.
    var assembledBytes = 0
    private(set) var context: LWSContext?
    private var timeoutTimer: TimerToken?
    /// How often libwebsockets gets to its timeouts.
    private static let timeoutInterval: Duration = .seconds(1)
    private var isStopped = false
    private var acceptors: [Acceptor] = []
    private var handshakes: [ObjectIdentifier: HandshakeConnection] = [:]
    private(set) var connections: [ObjectIdentifier: WebSocketConnection] = [:]
    private var accepted = 0
    private var whenEmpty: (@Sendable () -> Void)?

    /// A server that does nothing until `listen`.
    ///
    /// It must be stopped before its loop is.
    package init(
        loop: EpollEventLoop, configuration: WebSocketServerConfiguration = WebSocketServerConfiguration(),
        logger: Logger
    ) {
        self.loop = loop
        self.configuration = configuration
        self.logger = logger
        limiter = ConnectionLimiter(configuration)
    }

    /// Listens on one more address.
    ///
    /// May be called from any task.
    /// - Parameters:
    ///   - host: a numeric address or a name of this machine; "::" for all addresses.
    ///   - port: 0 lets the system choose.
    ///   - decide: called on the loop for each well-formed request; it is cancelled when the client goes away, and its
    ///     decision then ignored.
    /// - Returns: the port.
    /// - Throws: `TransportError` when the address cannot be listened to, or the server was stopped.
    @discardableResult
    package func listen(
        host: String, port: Int, decide: @escaping @Sendable (UpgradeRequest) async -> UpgradeDecision
    ) async throws(TransportError) -> Int {
        try await loop.run { () -> Result<Int, TransportError> in
            Result { () throws(TransportError) in
                if self.isStopped { throw TransportError(.stopped, "The server has been stopped.") }
                let socket = try ListeningSocket(host: host, port: port)
                if self.configuration.servesWebSockets { try self.startLibrary() }
                let acceptor = Acceptor(socket, server: self, decide: decide)
                self.acceptors.append(acceptor)
                acceptor.start()
                return socket.port
            }
        }.get()
    }

    /// Closes the ports, asks every websocket to close with 1012, waits at most `grace` for them to have gone, cuts the
    /// rest, and frees everything.
    ///
    /// May be called from any task.
    package func stop(within grace: Duration) async {
        await withCheckedContinuation { continuation in
            loop.execute { self.drain(within: grace) { continuation.resume() } }
        }
        await loop.run { self.stopLibrary() }
    }

    /// Open websockets.
    ///
    /// Must be called on the loop.
    package var connectionCount: Int {
        loop.checkIsolated()
        return connections.count
    }

    // MARK: From the acceptor and the handshakes

    /// Takes a place for a new socket, if need be the one of a socket that does nothing; false when no place is free.
    func hasRoom(for address: String) -> Bool {
        if limiter.isFull(.handshake) {
            let expendable = handshakes.values.compactMap { handshake in
                handshake.expendability.map { (rank: $0, handshake: handshake) }
            }
            // Of the same rank the one that came first.
            expendable.max { ($0.rank, -$0.handshake.serial) < ($1.rank, -$1.handshake.serial) }?.handshake.finish()
        }
        return limiter.begin(address)
    }

    func began(_ handshake: HandshakeConnection) {
        accepted += 1
        handshake.serial = accepted
        handshakes[ObjectIdentifier(handshake)] = handshake
        handshake.start()
    }

    /// Forgets a handshake; its place is given back unless a websocket took it over.
    func handshakeEnded(_ handshake: HandshakeConnection, placeOf address: String?) {
        handshakes[ObjectIdentifier(handshake)] = nil
        if let address { limiter.release(.handshake, of: address) }
        reportIfEmpty()
    }

    func upgrade(
        _ descriptor: Int32, head: [UInt8], rest: [UInt8], place: ConnectionLimiter.Place, remoteAddress: String,
        _ makeHandler: @escaping @Sendable (WebSocketConnection) -> any WebSocketHandler
    ) {
        let connection = WebSocketConnection(
            server: self, remoteAddress: remoteAddress, place: place, makeHandler: makeHandler)
        connections[ObjectIdentifier(connection)] = connection
        guard let context else {
            _ = close(descriptor)
            return connection.socketClosed()
        }
        connection.isMaskChecked = !rest.isEmpty
        connection.beginsUnmasked = rest.count > 1 && rest[1] & 0x80 == 0
        if !context.adopt(descriptor, bytes: head + rest, for: connection) { connection.socketClosed() }
    }

    func connectionClosed(_ connection: WebSocketConnection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        limiter.release(connection.place, of: connection.remoteAddress)
        reportIfEmpty()
    }

    // MARK: Starting and stopping

    private func startLibrary() throws(TransportError) {
        guard context == nil else { return }
        if DescriptorLimit.fit(configuration.descriptors) == nil {
            logger.warning(
                "The limit of open files is too low for the configured number of connections",
                [.count: .integer(configuration.descriptors)])
        }
        context = try LWSContext(logger: logger)
        scheduleTimeouts()
    }

    private func scheduleTimeouts() {
        timeoutTimer = loop.schedule(after: Self.timeoutInterval) { [weak self] in
            guard let self else { return }
            if !connections.isEmpty { context?.serveTimeouts() }
            scheduleTimeouts()
        }
    }

    private func stopLibrary() {
        if let timeoutTimer { loop.cancel(timeoutTimer) }
        timeoutTimer = nil
        context?.close()
        context = nil
    }

    private func closePorts() {
        for acceptor in acceptors { acceptor.stop() }
        acceptors = []
    }

    private func drain(within grace: Duration, _ done: @escaping @Sendable () -> Void) {
        isStopped = true
        closePorts()
        let timer = loop.schedule(after: grace) { self.cutAll() }
        whenEmpty = {
            self.loop.cancel(timer)
            done()
        }
        for handshake in Array(handshakes.values) { handshake.cancel() }
        for connection in connections.values {
            connection.close(code: CloseCode.serviceRestart, reason: "server is stopping")
        }
        reportIfEmpty()
    }

    private func cutAll() {
        for handshake in Array(handshakes.values) { handshake.finish() }
        for connection in connections.values { connection.abort(code: CloseCode.serviceRestart) }
        // Those that the library will report in its next turn are closed with it.
        whenEmpty?()
        whenEmpty = nil
    }

    private func reportIfEmpty() {
        guard handshakes.isEmpty, connections.isEmpty else { return }
        whenEmpty?()
        whenEmpty = nil
    }
}
