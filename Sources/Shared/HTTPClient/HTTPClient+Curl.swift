import CCurl
import Core
import EventLoops

/// The meeting of libcurl's multi interface with the loop (https://curl.se/libcurl/c/curl_multi_socket_action.html).
extension HTTPClient {
    /// Called before the first transfer.
    func installCallbacks() throws(HTTPClientError) {
        // Unretained: the callbacks run inside calls to the multi handle, which this actor owns.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        try unsafe multi.setCallbacks(
            socket: { _, descriptor, what, context, _ in
                guard let context = unsafe context else { return 0 }
                let client = unsafe Unmanaged<HTTPClient>.fromOpaque(context).takeUnretainedValue()
                client.assumeIsolated { $0.watch(descriptor, what) }
                return 0
            },
            timer: { _, milliseconds, context in
                guard let context = unsafe context else { return 0 }
                let client = unsafe Unmanaged<HTTPClient>.fromOpaque(context).takeUnretainedValue()
                client.assumeIsolated { $0.wakeUp(afterMilliseconds: milliseconds) }
                return 0
            }, context: context)
    }

    private func watch(_ descriptor: Int32, _ what: Int32) {
        guard what != CURL_POLL_REMOVE else {
            if watched.remove(descriptor) != nil { loop.unwatch(descriptor) }
            return
        }
        var interest: FileDescriptorEvents = []
        if what & CURL_POLL_IN != 0 { interest.insert(.read) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.write) }
        watched.insert(descriptor)
        loop.watch(descriptor, for: interest) { [weak self] events in
            self?.assumeIsolated { $0.ready(descriptor, events) }
        }
    }

    private func ready(_ descriptor: Int32, _ events: FileDescriptorEvents) {
        // A handler that ran before this one may have let go of the descriptor.
        guard watched.contains(descriptor) else { return }
        var mask: Int32 = 0
        if events.contains(.read) { mask |= CURL_CSELECT_IN }
        if events.contains(.write) { mask |= CURL_CSELECT_OUT }
        if events.contains(.failure) { mask |= CURL_CSELECT_ERR }
        multi.act(on: descriptor, events: mask)
        collectCompleted()
    }

    /// libcurl has one timer; a negative time deletes it.
    ///
    /// It must not be acted upon inside the callback.
    private func wakeUp(afterMilliseconds milliseconds: Int) {
        if let wakeUp { loop.cancel(wakeUp) }
        wakeUp = nil
        guard milliseconds >= 0 else { return }
        wakeUp = loop.schedule(after: .milliseconds(milliseconds)) { [weak self] in
            self?.assumeIsolated { client in
                client.wakeUp = nil
                client.multi.act(on: nil, events: 0)
                client.collectCompleted()
            }
        }
    }

    private func collectCompleted() {
        while let (id, result) = multi.nextCompleted() {
            guard let transfer = transfers[id], transfer.outcome == nil else { continue }
            conclude(transfer, transfer.result(of: result))
        }
    }

    /// Ends a transfer that may still run.
    func end(_ transfer: HTTPTransfer, with error: HTTPClientError) {
        guard transfer.outcome == nil else { return }
        // An HTTP/2 connection would otherwise stay open with the reset of the stream unsent. Without memory for the option, which
        // needs none, it would be no worse.
        try? transfer.easy.set(CURLOPT_FORBID_REUSE, true)
        conclude(transfer, .failure(error))
    }

    private func conclude(_ transfer: HTTPTransfer, _ result: Result<Void, HTTPClientError>) {
        if let timer = transfer.timer { loop.cancel(timer.token) }
        transfer.timer = nil
        configuration.observer?(report(transfer, result))
        multi.remove(transfer.easy)
        transfer.finish(result)
    }

    /// Makes sure that the loop looks at the transfer when its next deadline passes.
    ///
    /// Progress moves deadlines away without touching the timer, which then finds nothing expired and is set again: one
    /// timer per exchange, not one per piece.
    func watchDeadline(of transfer: HTTPTransfer) {
        guard transfer.outcome == nil, let next = transfer.request.deadlines.next(transfer.progress) else { return }
        if let timer = transfer.timer {
            if timer.at <= next.at { return }
            loop.cancel(timer.token)
        }
        let id = transfer.id
        let token = loop.schedule(at: next.at) { [weak self] in
            self?.assumeIsolated { $0.deadlineReached(id) }
        }
        transfer.timer = (token, next.at)
    }

    private func deadlineReached(_ id: UInt64) {
        guard let transfer = transfers[id] else { return }
        transfer.timer = nil
        guard let next = transfer.request.deadlines.next(transfer.progress) else { return }
        if next.at <= loop.now {
            end(transfer, with: HTTPClientError(next.code))
        } else {
            watchDeadline(of: transfer)
        }
    }

    private func report(_ transfer: HTTPTransfer, _ result: Result<Void, HTTPClientError>) -> HTTPExchangeReport {
        var failure: HTTPClientError.Code?
        if case .failure(let error) = result { failure = error.code }
        let version =
            switch transfer.easy.number(CURLINFO_HTTP_VERSION) {
            case CURL_HTTP_VERSION_1_0, CURL_HTTP_VERSION_1_1: 1
            case CURL_HTTP_VERSION_2_0: 2
            default: 0
            }
        let tls = transfer.easy.duration(CURLINFO_APPCONNECT_TIME_T)
        return HTTPExchangeReport(
            status: transfer.head.isComplete ? transfer.head.status : nil, failure: failure,
            reusedConnection: version != 0 && transfer.easy.number(CURLINFO_NUM_CONNECTS) == 0, httpVersion: version,
            connect: tls > .zero ? tls : transfer.easy.duration(CURLINFO_CONNECT_TIME_T),
            firstByte: transfer.easy.duration(CURLINFO_STARTTRANSFER_TIME_T), total: loop.now - transfer.progress.start,
            bodyBytes: transfer.received)
    }

    /// Lets go of the loop, so that nothing of this client is called again.
    func releaseEverything() {
        for descriptor in watched { loop.unwatch(descriptor) }
        watched = []
        if let wakeUp { loop.cancel(wakeUp) }
        wakeUp = nil
        // The idle connections are closed by the multi handle's own deinit, without calling back.
        try? unsafe multi.setCallbacks(socket: nil, timer: nil, context: nil)
    }
}
