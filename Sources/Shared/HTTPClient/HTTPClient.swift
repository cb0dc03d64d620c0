import CCurl
import Core
package import EventLoops

/// An HTTP client on one event loop: connections are kept and shared by all its requests.
///
/// DESIGN: an actor that lives on the loop. libcurl's multi interface tells it through two callbacks which descriptors to watch
/// and when to wake; the loop's handlers come back through `assumeIsolated`. libcurl is entered only from methods of this actor,
/// never from inside one of its callbacks. A request is a task's `execute`, then its reads of the body; both suspend on
/// continuations that the callbacks of `HTTPTransfer` resume. Cancelling the task takes the transfer out of libcurl on the loop's
/// next turn, which closes the connection, so that the other side stops working for nobody.
///
/// No redirect is followed, no cookie kept, no proxy taken from the environment unless configured. May be called from any thread;
/// calls from the client's own loop do not leave it.
package actor HTTPClient {
    /// The loop that everything happens on.
    package nonisolated let loop: any FileDescriptorEventLoop
    let configuration: HTTPClientConfiguration
    let multi: CurlMultiHandle
    private var trust: HTTPTrust
    /// When the authorities are read again; nil while they are being read.
    private var renewal: MonotonicInstant?
    var transfers: [UInt64: HTTPTransfer] = [:]
    /// Descriptors that libcurl asked to watch.
    var watched: Set<Int32> = []
    /// libcurl's own timer.
    var wakeUp: TimerToken?
    private var lastID: UInt64 = 0
    private var isClosed = false

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// A client on `loop`, which must outlive it.
    ///
    /// Reads the certificate authorities, which takes some 30 ms.
    /// - Throws: `internal` when libcurl has no memory or cannot be initialised; `invalidAuthorities`.
    package init(
        loop: any FileDescriptorEventLoop, configuration: HTTPClientConfiguration = HTTPClientConfiguration()
    ) throws(HTTPClientError) {
        self.loop = loop
        self.configuration = configuration
        trust = HTTPTrust(
            authorities: try CertificateStore(path: configuration.certificateAuthorities),
            sessions: try CurlSharedSessions())
        renewal = loop.now + configuration.authoritiesLifetime
        multi = try CurlMultiHandle()
        // libcurl counts connections in use too, so less would close idle ones while many are in use. Age bounds those that are idle.
        try multi.set(CURLMOPT_MAXCONNECTS, configuration.maximumConnections)
        try multi.set(CURLMOPT_MAX_TOTAL_CONNECTIONS, configuration.maximumConnections)
        try multi.set(CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    }

    isolated deinit { releaseEverything() }

    /// Sends `request` and waits for the answer's headers; the body is read from the response.
    ///
    /// An answer of any status is returned. Cancelling the task, then or while it reads the body, aborts the exchange.
    package func execute(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        let transfer = try start(request)
        let id = transfer.id
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waitForHead(of: transfer, $0) }
        } onCancel: {
            abandon(id)
        }
        switch result {
        case .success(let head):
            return HTTPClientResponse(
                status: head.status, headers: head.headers, body: HTTPResponseBody(client: self, id: id))
        case .failure(let error):
            transfers[id] = nil
            throw error
        }
    }

    /// Ends all exchanges with `clientClosed`; later requests fail the same way.
    ///
    /// Idle connections are closed with the last reference to the client.
    package func close() {
        isClosed = true
        for transfer in Array(transfers.values) { end(transfer, with: HTTPClientError(.clientClosed)) }
        releaseEverything()
    }

    /// The next piece of a body; see `HTTPResponseBody.next`.
    func nextBytes(of id: UInt64, before deadline: MonotonicInstant?) async throws(HTTPClientError) -> [UInt8]? {
        guard let transfer = transfers[id] else { throw HTTPClientError(.cancelled) }
        if Task.isCancelled { end(transfer, with: HTTPClientError(.cancelled)) }
        var available = transfer.takeAvailable()
        // Reading has made room. What libcurl held back may now fill the buffer again, for this call if it had nothing yet.
        transfer.resumeIfPaused()
        available = available ?? transfer.takeAvailable()
        if available == nil {
            transfer.progress.readDeadline = deadline
            watchDeadline(of: transfer)
            available = await withTaskCancellationHandler {
                await withCheckedContinuation { waitForBody(of: transfer, $0) }
            } onCancel: {
                abandon(id)
            }
        }
        // The transfer stays until its body is dropped, so that its end can be read again.
        return try available?.get() ?? nil
    }

    /// Ends an exchange soon, if it still runs, and forgets it.
    ///
    /// May be called from any thread, also from inside libcurl.
    nonisolated func abandon(_ id: UInt64) {
        loop.execute { [weak self] in
            self?.assumeIsolated { client in
                guard let transfer = client.transfers[id] else { return }
                client.end(transfer, with: HTTPClientError(.cancelled))
                client.transfers[id] = nil
            }
        }
    }

    // An async closure inside an actor's method belongs to the actor only if it uses `self`; otherwise it runs on the global pool,
    // silently. The two methods below are what the closures use it for.

    private func waitForHead(of transfer: HTTPTransfer, _ continuation: HTTPTransfer.HeadContinuation) {
        transfer.waitForHead(continuation)
    }

    private func waitForBody(of transfer: HTTPTransfer, _ continuation: HTTPTransfer.BodyContinuation) {
        if !transfer.waitForBody(continuation) {
            continuation.resume(returning: .failure(HTTPClientError(.internal, "two tasks read one body")))
        }
    }

    private func start(_ request: HTTPClientRequest) throws(HTTPClientError) -> HTTPTransfer {
        guard !isClosed else { throw HTTPClientError(.clientClosed) }
        guard !Task.isCancelled else { throw HTTPClientError(.cancelled) }
        if lastID == 0 { try installCallbacks() }
        renewAuthorities()
        lastID += 1
        let transfer = try HTTPTransfer(
            id: lastID, request: request, configuration: configuration, trust: trust, loop: loop)
        transfers[transfer.id] = transfer
        do throws(HTTPClientError) {
            try multi.add(transfer.easy)
        } catch {
            transfers[transfer.id] = nil
            throw error
        }
        watchDeadline(of: transfer)
        return transfer
    }

    /// Reads the authorities again on another thread once they are old; until then, and if that fails, the old ones serve.
    private func renewAuthorities() {
        guard let renewal, renewal <= loop.now else { return }
        self.renewal = nil
        let path = configuration.certificateAuthorities
        Task.detached { [weak self] in
            let authorities = try? CertificateStore(path: path)
            await self?.renew(authorities)
        }
    }

    private func renew(_ authorities: CertificateStore?) {
        renewal = loop.now + configuration.authoritiesLifetime
        guard let authorities else { return }
        trust = HTTPTrust(authorities: authorities, sessions: trust.sessions)
    }
}
