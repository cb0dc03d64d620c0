import CWebSockets
import EventLoops

/// The socket's readiness, from the loop to libwebsockets.
extension WebSocketConnection {
    /// The library has adopted the socket: from now on the loop says when it is ready.
    func beginWatching(_ descriptor: Int32) {
        self.descriptor = descriptor
        watch()
        // Frames may have come with the request head, and the handler may have sent before the loop gets here.
        isWriteRequested = true
        server.loop.execute { [weak self] in self?.serveRead() }
    }

    /// The library is about to close the descriptor.
    func endWatching() {
        guard descriptor >= 0 else { return }
        server.loop.unwatch(descriptor)
        descriptor = -1
    }

    /// Sends what is queued when the present work is done, or when the socket has room.
    func requestWrite() {
        guard !isWriteRequested, !isWatchingWrite, unsafe socket != nil else { return }
        isWriteRequested = true
        server.loop.execute { [weak self] in self?.serveWrite() }
    }

    func serve(_ readiness: LWSContext.Readiness) {
        if unsafe socket != nil { server.context?.serve(descriptor, readiness) }
    }

    private func ready(_ events: FileDescriptorEvents) {
        if events == .failure { return serve(.hangUp) }
        if events.contains(.read) { return serveRead() }
        serveWrite()
    }

    /// Lets the library read, then write: what the handler sent and pongs leave without another turn of the loop.
    private func serveRead() {
        isWriteRequested = true
        if checkMask() { serve(.read) }
        serveWrite()
    }

    private func serveWrite() {
        isWriteRequested = true
        repeat {
            isCloseFrameReady = false
            serve(.write)
        } while isCloseFrameReady
        isWriteRequested = false
        watchWriteIfNeeded()
    }

    /// Watches for room in the socket as long as something could not be written.
    private func watchWriteIfNeeded() {
        guard let socket = unsafe socket else { return }
        let isWaiting =
            unsafe lws_partial_buffered(socket) != 0 || bytesInLibrary > 0 || !outbound.isEmpty || isPingDue
            || closeFrame != nil
        guard isWaiting != isWatchingWrite else { return }
        isWatchingWrite = isWaiting
        watch()
    }

    func watch() {
        var interest: FileDescriptorEvents = isReadingPaused ? [] : .read
        if isWatchingWrite { interest.insert(.write) }
        server.loop.watch(descriptor, for: interest) { [weak self] events in
            self?.ready(events)
        }
    }
}
