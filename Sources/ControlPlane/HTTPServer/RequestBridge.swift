import CMicroHTTPD
import Glibc
import Observability
import Synchronization

/// Between the library's callbacks and the responder: one per server, shared by all of the library's threads.
///
/// DESIGN: the library calls, in this order: `connected`, then per request `begin` (request line), `receive` (head,
/// body pieces, end, and again after a resume), `completed`, at last `disconnected`. All of one connection come on one
/// thread. The record of a connection and the exchange of a request are retained by the pointers the library keeps for
/// us, and released in its last callback for each.
final class RequestBridge: Sendable {
    /// Bytes above the body limit that are still read, so that the client gets to read its 413.
    static let discardAllowance = 1024 * 1024

    let configuration: HTTPServerConfiguration
    let connections: ConnectionTable
    private let responder: any HTTPResponder
    private let executor: (any TaskExecutor)?
    private let exchanges = Mutex(Exchanges())

    private struct Exchanges {
        var active: [ObjectIdentifier: HTTPExchange] = [:]
        var stage = Stage.open
    }

    /// How far the server has been stopped.
    enum Stage: Comparable {
        case open
        /// Answers close their connection.
        case draining
        /// New requests are refused.
        case stopping
    }

    init(configuration: HTTPServerConfiguration, responder: any HTTPResponder, executor: (any TaskExecutor)?) {
        self.configuration = configuration
        self.responder = responder
        self.executor = executor
        connections = ConnectionTable(
            perAddress: configuration.connectionsPerAddress, uncapped: configuration.uncappedPeers)
    }

    /// Requests between their first line and their last byte.
    var activeRequests: Int { exchanges.withLock { $0.active.count } }

    /// Enters a later stage of stopping.
    func enter(_ stage: Stage) { exchanges.withLock { $0.stage = max($0.stage, stage) } }

    /// Answers every request that has no answer yet with `fault`.
    func abandonAll(_ fault: HTTPFault) {
        for exchange in exchanges.withLock({ Array($0.active.values) }) { abandon(exchange, fault) }
    }

    /// Enforces the deadlines of connections and handlers; called by the server's timer.
    func checkDeadlines(now: ContinuousClock.Instant) {
        _ = connections.expire(now: now)
        let limit = now - configuration.handlerDeadline
        for exchange in exchanges.withLock({ Array($0.active.values) }) where exchange.isRunning(since: limit) {
            abandon(exchange, .timeout)
        }
    }

    private func abandon(_ exchange: HTTPExchange, _ fault: HTTPFault) {
        exchange.answer(with: responder.refuse(fault, method: exchange.method, peer: "unknown"))
    }

    // MARK: Callbacks

    func admits(_ address: UnsafePointer<sockaddr>?) -> Bool {
        unsafe connections.admits(PeerAddress.text(address))
    }

    func connected(_ connection: MHDConnection) -> ConnectionRecord {
        let record = ConnectionRecord(
            peer: connection.peer, descriptor: connection.descriptor, deadline: .now + configuration.headDeadline)
        connections.add(record)
        return record
    }

    func disconnected(_ record: ConnectionRecord) { connections.remove(record) }

    /// A request line has come.
    func begin(_ connection: MHDConnection, target: String) -> HTTPExchange {
        let exchange = HTTPExchange(rawTarget: target, connection: connection)
        let stage = exchanges.withLock { state in
            state.active[ObjectIdentifier(exchange)] = exchange
            return state.stage
        }
        if stage == .stopping { abandon(exchange, .draining) }
        return exchange
    }

    /// One call of the access handler; false cuts the connection.
    func receive(_ exchange: HTTPExchange, _ connection: MHDConnection, method: String, body: UnsafeRawBufferPointer)
        -> Bool
    {
        let limit = configuration.bodyLimit
        let record = connection.record
        let step: HTTPExchange.Step
        if exchange.awaitsHead {
            record?.enterPhase(until: .now + configuration.bodyDeadline)
            step = exchange.takeHead(
                HTTPMethod(method), connection.fields, limit: limit, allowance: Self.discardAllowance)
        } else if body.count > 0 {
            step = unsafe exchange.takeBody(body, limit: limit, allowance: Self.discardAllowance)
        } else {
            step = exchange.advance(peer: record?.peer ?? "unknown", limit: limit)
        }
        switch step {
        case .proceed: return true
        case .close: return false
        case .run(let request):
            record?.enterPhase(until: nil)
            connection.suspend()
            exchange.start(now: .now, on: executor) { await self.responder.respond(to: request) }
            return true
        case .refuse(let fault):
            return reply(
                responder.refuse(fault, method: HTTPMethod(method), peer: record?.peer ?? "unknown"), connection, record
            )
        case .reply(let response): return reply(response, connection, record)
        }
    }

    func completed(_ exchange: HTTPExchange, _ connection: MHDConnection) {
        connection.record?.enterPhase(until: .now + configuration.keepAlive)
        exchanges.withLock { $0.active[ObjectIdentifier(exchange)] = nil }
    }

    private func reply(_ response: HTTPResponse, _ connection: MHDConnection, _ record: ConnectionRecord?) -> Bool {
        record?.enterPhase(until: .now + configuration.sendDeadline)
        return connection.queue(response, closing: exchanges.withLock { $0.stage } > .open)
    }
}
