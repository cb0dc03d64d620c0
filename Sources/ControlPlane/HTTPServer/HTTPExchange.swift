import CMicroHTTPD
import Synchronization

/// One request and its answer, from the request line to the last byte sent.
///
/// DESIGN: the library calls `RequestBridge` on its threads as the request arrives; once it is complete the connection
/// is suspended and the handler runs as a task elsewhere. Whoever first moves the exchange from `running` to `answered`
/// (the handler, its deadline, or a stop of the server) resumes the connection, exactly once; the library then calls
/// again and takes the answer. A suspended connection is never completed by the library, so the pointer is valid until
/// that resume.
final class HTTPExchange: Sendable {
    /// The target as it came in the request line.
    let rawTarget: String
    private let connection: MHDConnection
    private let state: Mutex<State>

    private struct State {
        var phase = Phase.head
        var method = HTTPMethod("")
        var fields = HTTPFields()
        var target: HTTPTarget?
        var body: [UInt8] = []
        var received = 0
        var task: Task<Void, Never>?
    }

    private enum Phase {
        /// Next: body, answered.
        case head
        /// Next: running, answered.
        case body
        /// Next: answered.
        case running(since: ContinuousClock.Instant)
        /// Next: sent.
        case answered(HTTPResponse)
        case sent
    }

    /// What the library is to do after one call.
    enum Step {
        /// Go on receiving.
        case proceed
        /// The request is complete.
        case run(HTTPRequest)
        case reply(HTTPResponse)
        /// The request is refused: the answer is made by the responder.
        case refuse(HTTPFault)
        /// Cut the connection.
        case close
    }

    init(rawTarget: String, connection: MHDConnection, answer: HTTPResponse? = nil) {
        self.rawTarget = rawTarget
        self.connection = connection
        var initial = State()
        if let answer { initial.phase = .answered(answer) }
        state = Mutex(initial)
    }

    /// The request's method once its head is known.
    var method: HTTPMethod { state.withLock { $0.method } }

    /// Whether the head has not been taken yet.
    var awaitsHead: Bool {
        state.withLock { if case .head = $0.phase { true } else { false } }
    }

    /// Takes method and fields; afterwards the body is expected, or the request is refused.
    func takeHead(_ method: HTTPMethod, _ fields: HTTPFields, limit: Int, allowance: Int) -> Step {
        state.withLock { state in
            guard case .head = state.phase else { return Self.step(&state) }
            state.method = method
            state.fields = fields
            if let fault = RequestFraming.fault(method: method, fields) { return .refuse(fault) }
            guard let target = HTTPTarget(rawTarget) else {
                return .refuse(.malformed("The request target is not a valid path."))
            }
            if let length = RequestFraming.contentLength(fields), length > limit + allowance {
                return .refuse(.bodyTooLarge(limit: limit))
            }
            state.target = target
            state.phase = .body
            return .proceed
        }
    }

    /// Takes some bytes of the body.
    ///
    /// What is above `limit` is read and dropped, so that the client reads the answer; what is above the allowance too
    /// cuts the connection.
    func takeBody(_ bytes: UnsafeRawBufferPointer, limit: Int, allowance: Int) -> Step {
        state.withLock { state in
            state.received += bytes.count
            if state.received <= limit {
                if case .body = state.phase { unsafe state.body.append(contentsOf: bytes) }
            } else {
                state.body = []
            }
            return state.received <= limit + allowance ? .proceed : .close
        }
    }

    /// The body is complete, or the connection was resumed.
    func advance(peer: String, limit: Int) -> Step {
        state.withLock { state in
            guard case .body = state.phase, let target = state.target else { return Self.step(&state) }
            if state.received > limit { return .refuse(.bodyTooLarge(limit: limit)) }
            let body = state.body
            state.body = []
            return .run(HTTPRequest(state.method, target: target, fields: state.fields, body: body, peer: peer))
        }
    }

    /// Starts the handler; the connection is already suspended.
    ///
    /// Resumes it at once if somebody answered in the meantime.
    func start(
        now: ContinuousClock.Instant, on executor: (any TaskExecutor)?,
        _ respond: @escaping @Sendable () async -> HTTPResponse
    ) {
        let started = state.withLock { state in
            guard case .body = state.phase else { return false }
            state.phase = .running(since: now)
            return true
        }
        guard started else { return connection.resume() }
        let task = Task(executorPreference: executor) { self.answer(with: await respond()) }
        state.withLock { state in
            if case .running = state.phase { state.task = task }
        }
    }

    /// Gives the answer unless there is one; the connection goes on if it was waiting.
    ///
    /// May be called from any thread.
    func answer(with response: HTTPResponse) {
        let (resumes, task) = state.withLock { state -> (Bool, Task<Void, Never>?) in
            switch state.phase {
            case .head, .body:
                state.phase = .answered(response)
                return (false, nil)
            case .running:
                state.phase = .answered(response)
                let task = state.task
                state.task = nil
                return (true, task)
            case .answered, .sent: return (false, nil)
            }
        }
        task?.cancel()
        if resumes { connection.resume() }
    }

    /// Whether the handler has been running since before `instant`.
    func isRunning(since instant: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            if case .running(let start) = state.phase { start <= instant } else { false }
        }
    }

    private static func step(_ state: inout State) -> Step {
        guard case .answered(let response) = state.phase else { return .close }
        state.phase = .sent
        return .reply(response)
    }
}
