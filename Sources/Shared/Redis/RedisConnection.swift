import Core
package import EventLoops
package import Observability

/// The connection to one Redis server: pipelined, with a deadline for each command, coming back by itself.
///
/// DESIGN. The actor lives on the loop that also watches the socket, so an answer goes from the socket to the waiting task
/// without changing threads. Nothing here waits: a command sent while there is no connection fails at once, so a caller
/// needs no circuit breaker of its own. A command in flight when the connection is lost fails with `unavailable`; it is never
/// sent twice, since the server may have executed it. `StateMachine` decides, this type acts.
package actor RedisConnection: RedisClient {
    typealias Completion = (Result<RedisReply, RedisError>) -> Void

    private struct Pending {
        let completion: Completion
        let timer: TimerToken
    }

    private nonisolated let loop: any FileDescriptorEventLoop
    private nonisolated let logger: Logger
    private let configuration: RedisConfiguration
    private var machine: StateMachine
    private var socket: RedisSocket?
    private var pending: [UInt: Pending] = [:]
    private var nextToken: UInt = 1
    private var lastAnswer: MonotonicInstant
    private var connectTimer: TimerToken?
    private var readyWaiters: [UInt: CheckedContinuation<Bool, Never>] = [:]
    private var runID: String?
    private var runChanged: MonotonicInstant?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// A connection that lives on `loop`; call `start` to connect.
    package init(configuration: RedisConfiguration, loop: any FileDescriptorEventLoop, logger: Logger) {
        (self.configuration, self.loop) = (configuration, loop)
        self.logger = logger.with([.address: .string(configuration.address.description)])
        machine = StateMachine(
            policy: ReconnectPolicy(shortest: configuration.shortestPause, longest: configuration.longestPause),
            timeoutLimit: configuration.timeoutsUntilReconnect, silenceLimit: configuration.silenceUntilReconnect)
        lastAnswer = loop.now
    }

    deinit {
        guard let socket else { return }
        loop.execute { socket.close() }
    }

    /// Begins to connect and keeps the connection up until `close`.
    package func start() { perform(machine.start()) }

    /// Waits until commands can be sent, at most `limit`; says whether they can.
    package func waitUntilReady(for limit: Duration) async -> Bool {
        if machine.isActive || machine.isClosed { return machine.isActive }
        let token = takeToken()
        return await withCheckedContinuation { continuation in
            readyWaiters[token] = continuation
            loop.schedule(after: limit) { [weak self] in
                self?.assumeIsolated { $0.readyWaiters.removeValue(forKey: token)?.resume(returning: false) }
            }
        }
    }

    /// Ends the connection for good; what is in flight fails with `unavailable`.
    package func close() { perform(machine.close()) }

    /// Which process answers; nil while there is no connection.
    package func server() -> RedisServerIdentity? {
        guard machine.isActive, let runID else { return nil }
        return RedisServerIdentity(runID: runID, timeSinceChange: runChanged.map { loop.now - $0 })
    }

    /// See `RedisClient`; fails at once while there is no connection.
    package func send(_ command: RedisCommand, deadline: Duration?) async throws(RedisError) -> RedisReply {
        let result = await withCheckedContinuation { continuation in
            submit(command, deadline: deadline) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// See `RedisClient`; all are written in one go.
    package func sendAll(_ commands: [RedisCommand], deadline: Duration?) async -> [Result<RedisReply, RedisError>] {
        guard !commands.isEmpty else { return [] }
        return await withCheckedContinuation { continuation in
            let batch = Batch(count: commands.count) { continuation.resume(returning: $0) }
            for (index, command) in commands.enumerated() {
                submit(command, deadline: deadline) { batch.set($0, at: index) }
            }
        }
    }

    private func submit(_ command: RedisCommand, deadline: Duration?, _ completion: @escaping Completion) {
        guard machine.isActive else { return completion(.failure(RedisError(.unavailable, "not connected"))) }
        guard pending.count < configuration.maximumPending else {
            return completion(.failure(RedisError(.unavailable, "too many commands in flight")))
        }
        write(command, deadline: deadline ?? configuration.commandDeadline, completion)
    }

    private func write(_ command: RedisCommand, deadline: Duration, _ completion: @escaping Completion) {
        let token = takeToken()
        guard let socket, socket.send(command.wireForm, token: token) else {
            return completion(.failure(RedisError(.unavailable, "not connected")))
        }
        let timer = loop.schedule(after: deadline) { [weak self] in self?.assumeIsolated { $0.deadlinePassed(token) } }
        pending[token] = Pending(completion: completion, timer: timer)
    }

    private func takeToken() -> UInt {
        defer { nextToken &+= 1 }
        return nextToken
    }

    private func deadlinePassed(_ token: UInt) {
        // If the loop itself was late, the answer may be waiting in the socket: look before giving up on it.
        socket?.receivePending()
        guard let late = pending.removeValue(forKey: token) else { return }
        let action = machine.missedDeadline(silence: loop.now - lastAnswer, random: .random(in: 0..<1))
        late.completion(.failure(RedisError(.timeout)))
        perform(action, because: "no answer within the deadline")
    }

    private func perform(_ action: StateMachine.Action, because reason: String = "") {
        switch action {
        case .none: break
        case .connect: connect()
        case .greet: greet()
        case .announceReady: announceReady()
        case .disconnectAndPause(let pause):
            // The first failure is worth a line; the attempts after it are not.
            if machine.attempts <= 1 { logger.warning("redis connection lost", [.reason: .string(reason)]) }
            disconnect(reason)
            loop.schedule(after: pause) { [weak self] in self?.assumeIsolated { $0.perform($0.machine.pauseElapsed()) }
            }
        case .disconnect:
            disconnect("closed")
            resumeWaiters(ready: false)
        }
    }

    private func connect() {
        setConnectTimer("no connection within the deadline")
        RedisAddressResolver.resolve(configuration.address.endpoint, on: loop) { [weak self] endpoint in
            self?.assumeIsolated { $0.connect(to: endpoint) }
        }
    }

    private func connect(to endpoint: RedisAddress.Endpoint?) {
        // The look-up may have outlived its attempt.
        guard socket == nil, machine.isConnecting else { return }
        do throws(RedisError) {
            guard let endpoint else { throw RedisError(.unavailable, "unknown host") }
            socket = try RedisSocket(endpoint, loop: loop, delegate: self)
        } catch { fail(error.message) }
    }

    private func setConnectTimer(_ reason: String) {
        if let connectTimer { loop.cancel(connectTimer) }
        connectTimer = loop.schedule(after: configuration.connectDeadline) { [weak self] in
            self?.assumeIsolated { $0.fail(reason) }
        }
    }

    private func greet() {
        setConnectTimer("no greeting within the deadline")
        var commands: [RedisCommand] = []
        if let password = configuration.address.password {
            var command = RedisCommand("AUTH")
            command.append([configuration.address.username, password.revealed].compactMap { $0 })
            commands.append(command)
        }
        if configuration.address.database != 0 {
            commands.append(RedisCommand("SELECT", String(configuration.address.database)))
        }
        // PING is refused while the server is still loading its data.
        commands += [RedisCommand("PING"), RedisCommand("INFO", "server")]
        let batch = Batch(count: commands.count) { [weak self] results in self?.assumeIsolated { $0.greeted(results) } }
        for (index, command) in commands.enumerated() {
            write(command, deadline: configuration.connectDeadline) { batch.set($0, at: index) }
        }
    }

    private func greeted(_ results: [Result<RedisReply, RedisError>]) {
        for case .failure(let error) in results { return fail(error.description) }
        guard case .success(let information) = results.last, let runID = Self.runID(in: information.text ?? "") else {
            return fail("the server did not say who it is")
        }
        perform(machine.greeted())
        guard machine.isActive else { return }
        if self.runID != nil, self.runID != runID { runChanged = loop.now }
        self.runID = runID
    }

    private static func runID(in information: String) -> String? {
        information.split(whereSeparator: \.isNewline).first { $0.hasPrefix("run_id:") }.map { String($0.dropFirst(7)) }
    }

    private func announceReady() {
        if let connectTimer { loop.cancel(connectTimer) }
        connectTimer = nil
        lastAnswer = loop.now
        logger.info("redis connection ready")
        resumeWaiters(ready: true)
    }

    private func resumeWaiters(ready: Bool) {
        let waiters = readyWaiters
        readyWaiters = [:]
        for waiter in waiters.values { waiter.resume(returning: ready) }
    }

    private func fail(_ reason: String) { perform(machine.failed(random: .random(in: 0..<1)), because: reason) }

    private func disconnect(_ reason: String) {
        if let connectTimer { loop.cancel(connectTimer) }
        connectTimer = nil
        // Forget the socket first: its last callbacks must find nothing to do.
        let (old, failed) = (socket, pending)
        (socket, pending) = (nil, [:])
        old?.close()
        for command in failed.values {
            loop.cancel(command.timer)
            command.completion(.failure(RedisError(.unavailable, reason)))
        }
    }
}

extension RedisConnection: RedisSocket.Delegate {
    nonisolated func socketConnected() { assumeIsolated { $0.perform($0.machine.socketConnected()) } }

    nonisolated func socketReceived(_ reply: RedisReply, for token: UInt) {
        assumeIsolated { $0.received(reply, for: token) }
    }

    nonisolated func socketClosed(_ reason: String) {
        assumeIsolated {
            guard $0.socket != nil else { return }
            $0.fail(reason.isEmpty ? "closed by the server" : reason)
        }
    }

    private func received(_ reply: RedisReply, for token: UInt) {
        lastAnswer = loop.now
        machine.answered()
        // An answer after its deadline has nobody waiting.
        guard let command = pending.removeValue(forKey: token) else { return }
        loop.cancel(command.timer)
        if case .error(let text) = reply {
            command.completion(.failure(RedisError(serverReply: text)))
        } else {
            command.completion(.success(reply))
        }
    }
}

extension RedisConnection {
    /// Collects the answers of commands that were written together.
    ///
    /// Used on the loop only.
    private final class Batch {
        private var results: [Result<RedisReply, RedisError>]
        private var missing: Int
        private let completion: ([Result<RedisReply, RedisError>]) -> Void

        init(count: Int, completion: @escaping ([Result<RedisReply, RedisError>]) -> Void) {
            results = Array(repeating: .failure(RedisError(.unavailable)), count: count)
            (missing, self.completion) = (count, completion)
        }

        func set(_ result: Result<RedisReply, RedisError>, at index: Int) {
            results[index] = result
            missing -= 1
            if missing == 0 { completion(results) }
        }
    }
}
