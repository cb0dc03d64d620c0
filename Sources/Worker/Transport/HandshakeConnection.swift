import CLinux
import EventLoops
import Glibc

/// One accepted socket until it has become a websocket or has got its plain answer.
///
/// DESIGN: reading -> deciding -> handed over, or -> answering -> lingering -> closed. The head is read and checked here,
/// because the decision needs Redis and libwebsockets can only ask synchronously. A plain answer is followed by a
/// half-close and by reading until the client closes too: closing with unread bytes would reset the connection and could
/// destroy the answer on its way. Every step has a deadline, so a socket is never kept by a client that does nothing.
///
/// Used on the loop only, hence `@unchecked Sendable`. Owns the descriptor until `finish` or the hand-over.
final class HandshakeConnection: @unchecked Sendable {
    private enum State {
        case reading(HTTPHeadParser)
        case deciding
        case answering([UInt8], sent: Int)
        case lingering
        case finished
    }

    private let descriptor: Int32
    private let remoteAddress: String
    private let server: WebSocketServer
    private let decide: @Sendable (UpgradeRequest) async -> UpgradeDecision
    private var state = State.reading(HTTPHeadParser())
    private var timer: TimerToken?
    private var decision: Task<Void, Never>?
    private var isHeadRequest = false
    /// Rises with each accepted socket.
    var serial = 0
    /// Bytes read from the socket at once.
    private static let readBytes = 4 << 10

    init(
        _ descriptor: Int32, remoteAddress: String, server: WebSocketServer,
        decide: @escaping @Sendable (UpgradeRequest) async -> UpgradeDecision
    ) {
        self.descriptor = descriptor
        self.remoteAddress = remoteAddress
        self.server = server
        self.decide = decide
    }

    func start() {
        setTimer(server.configuration.headTimeout) { $0.headIsLate() }
        watch(.read)
    }

    /// The server stops: no decision is waited for any more.
    func cancel() {
        switch state {
        case .reading: finish()
        case .deciding:
            answer(HTTPAnswer(status: 503, headers: [("Retry-After", "1")], text: "The server is stopping.\n"))
        case .answering, .lingering, .finished: break
        }
    }

    /// Closes without further ado.
    func finish() {
        guard leave() else { return }
        _ = close(descriptor)
        server.handshakeEnded(self, placeOf: remoteAddress)
    }

    /// How readily it makes way for a newcomer: nil if it does not.
    ///
    /// One that was answered is done with; one that has sent no whole request, or does not read its answer, has nothing under way.
    var expendability: Int? {
        switch state {
        case .lingering: 1
        case .reading, .answering: 0
        case .deciding, .finished: nil
        }
    }

    // MARK: Reading

    private func ready(_ events: FileDescriptorEvents) {
        switch state {
        case .reading: readHead()
        case .deciding: if events.contains(.failure) { finish() }
        case .answering: write()
        case .lingering: discard()
        case .finished: break
        }
    }

    private func readHead() {
        guard case .reading(var parser) = state else { return }
        let outcome = receive { bytes throws(HTTPHeadError) in try parser.append(bytes) }
        switch outcome {
        case .nothing: state = .reading(parser)
        case .end: finish()
        case .bytes(.success(nil)): state = .reading(parser)
        case .bytes(.success(let (head, rest)?)): received(head, rest)
        case .bytes(.failure(let error)):
            var request = UpgradeRequest(parser.salvage(), remoteAddress: remoteAddress)
            request.fault = error.answer
            ask(about: request, nil, [])
        }
    }

    private func headIsLate() {
        guard case .reading(let parser) = state, !parser.isEmpty else { return finish() }
        answer(HTTPAnswer(status: 408, text: "The request head did not come in time.\n"))
    }

    private func received(_ head: HTTPRequestHead, _ rest: [UInt8]) {
        var request = UpgradeRequest(head, remoteAddress: remoteAddress)
        isHeadRequest = head.method == "HEAD"
        var handshake: WebSocketHandshake?
        if request.wantsWebSocket {
            do throws(WebSocketHandshake.Refusal) {
                handshake = try WebSocketHandshake(head, offeredSubprotocols: request.offeredSubprotocols)
            } catch { request.fault = error.answer }
        }
        ask(about: request, handshake, rest)
    }

    /// Has the decision made, also about a request that has a fault: whoever reserved something for it must hear of it.
    private func ask(about request: UpgradeRequest, _ handshake: WebSocketHandshake?, _ rest: [UInt8]) {
        state = .deciding
        watch([])
        setTimer(server.configuration.decisionTimeout) { connection in
            connection.answer(
                HTTPAnswer(status: 503, headers: [("Retry-After", "1")], text: "The decision took too long.\n"))
        }
        let decide = decide
        decision = Task(name: "upgrade decision", executorPreference: server.loop) {
            let decision = await decide(request)
            self.decided(decision, handshake, rest, fault: request.fault)
        }
    }

    private func decided(
        _ decision: UpgradeDecision, _ handshake: WebSocketHandshake?, _ rest: [UInt8], fault: HTTPAnswer?
    ) {
        // What was granted goes with a decision that is not carried out.
        guard case .deciding = state else { return }
        if let fault { return answer(fault) }
        switch (decision, handshake) {
        case (.respond(let answer), _): self.answer(answer)
        case (_, nil):
            answer(
                HTTPAnswer(status: 426, headers: [("Upgrade", "websocket")], text: "This is a websocket's address.\n"))
        case (.upgrade(let grant), let handshake?):
            guard server.limiter.promote(to: .granted) else { return answer(Self.full) }
            handOver(.granted, handshake.head, rest) { grant.take($0) }
        case (.refuse(let answer, let makeHandler), let handshake?):
            guard server.limiter.promote(to: .refusal) else { return self.answer(answer) }
            handOver(.refusal, handshake.head, rest, makeHandler)
        }
    }

    private func handOver(
        _ place: ConnectionLimiter.Place, _ head: [UInt8], _ rest: [UInt8],
        _ makeHandler: @escaping @Sendable (WebSocketConnection) -> any WebSocketHandler
    ) {
        guard leave() else { return server.limiter.release(place, of: remoteAddress) }
        server.upgrade(
            descriptor, head: head, rest: rest, place: place, remoteAddress: remoteAddress, makeHandler)
        server.handshakeEnded(self, placeOf: nil)
    }

    private static let full = HTTPAnswer(
        status: 503, headers: [("Retry-After", "1")], text: "The server is full.\n")

    // MARK: Answering

    private func answer(_ answer: HTTPAnswer) {
        decision?.cancel()
        state = .answering(answer.encoded(withBody: !isHeadRequest), sent: 0)
        setTimer(server.configuration.answerTimeout) { $0.finish() }
        write()
    }

    private func write() {
        guard case .answering(let bytes, var sent) = state else { return }
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe send(
                    descriptor, buffer.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                guard errno == EAGAIN || errno == EINTR else { return finish() }
                state = .answering(bytes, sent: sent)
                return watch(.write)
            }
            sent += count
        }
        state = .lingering
        _ = shutdown(descriptor, Int32(SHUT_WR))
        watch(.read)
    }

    private func discard() {
        if case .end = receive({ _ throws(Never) in }) { finish() }
    }

    // MARK: The descriptor

    private enum Received<Result, Failure: Error> {
        case nothing, end
        case bytes(Swift.Result<Result, Failure>)
    }

    private func receive<Result, Failure>(
        _ use: (Span<UInt8>) throws(Failure) -> Result
    ) -> Received<Result, Failure> {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.readBytes) { buffer in
            let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count < 0 { return errno == EAGAIN || errno == EINTR ? .nothing : .end }
            if count == 0 { return .end }
            let bytes = unsafe UnsafeBufferPointer(rebasing: buffer[..<count])
            do throws(Failure) {
                return .bytes(.success(try use(unsafe Span(_unsafeElements: bytes))))
            } catch { return .bytes(.failure(error)) }
        }
    }

    private func watch(_ interest: FileDescriptorEvents) {
        server.loop.watch(descriptor, for: interest) { [weak self] events in self?.ready(events) }
    }

    private func setTimer(_ delay: Duration, _ late: @escaping @Sendable (HandshakeConnection) -> Void) {
        if let timer { server.loop.cancel(timer) }
        timer = server.loop.schedule(after: delay) { [weak self] in
            guard let self else { return }
            timer = nil
            late(self)
        }
    }

    /// Ends timers, watching and decision; false if that has been done before.
    private func leave() -> Bool {
        if case .finished = state { return false }
        state = .finished
        decision?.cancel()
        if let timer { server.loop.cancel(timer) }
        server.loop.unwatch(descriptor)
        return true
    }
}
