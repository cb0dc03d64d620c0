import CWebSockets
import Core
import EventLoops

/// Pings, and what follows when nothing comes back.
extension WebSocketConnection {
    /// libwebsockets reports no pong without payload.
    private static let pingPayload: [UInt8] = [0x70]

    /// Something came from the peer, or the peer took some of what it had left standing: a sign of life of one who has
    /// much to read and nothing to say.
    func noteActivity() { lastActivity = server.loop.now }

    func schedulePing(after delay: Duration) {
        livenessTimer = server.loop.schedule(after: delay) { [weak self] in self?.ping() }
    }

    /// Writes the ping that is due.
    ///
    /// False: the socket is broken.
    func sendDuePing() -> Bool {
        guard isPingDue, let socket = unsafe socket else { return true }
        isPingDue = false
        var frame = [UInt8](repeating: 0, count: OutboundQueue.headroom) + Self.pingPayload
        return unsafe frame.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return true }
            let payload = unsafe base + OutboundQueue.headroom
            return unsafe lws_write(socket, payload, Self.pingPayload.count, LWS_WRITE_PING) >= 0
        }
    }

    private func ping() {
        isPingDue = true
        pingTime = server.loop.now
        requestWrite()
        livenessTimer = server.loop.schedule(after: server.configuration.pongTimeout) { [weak self] in
            self?.checkPong()
        }
    }

    private func checkPong() {
        livenessTimer = nil
        guard let pingTime else { return }
        self.pingTime = nil
        if lastActivity < pingTime, !isReadingPaused { return abort(code: nil) }
        schedulePing(after: max(server.configuration.pingInterval - server.configuration.pongTimeout, .zero))
    }
}
