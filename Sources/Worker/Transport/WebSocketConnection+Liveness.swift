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

    /// Pings at each interval; a peer that leaves a ping unanswered for longer than `pongTimeout` is gone.
    private func ping() {
        livenessTimer = nil
        let now = server.loop.now
        // What waits in a socket that is not read for now may be the answer.
        let unanswered = isReadingPaused ? nil : pingTime.flatMap { lastActivity < $0 ? $0 : nil }
        if let unanswered, now >= unanswered + server.configuration.pongTimeout {
            return abort(code: nil, cause: .unresponsive)
        }
        let pingTime = unanswered ?? now
        self.pingTime = pingTime
        isPingDue = true
        requestWrite()
        let deadline = pingTime + server.configuration.pongTimeout
        schedulePing(after: max(min(server.configuration.pingInterval, deadline - now), .milliseconds(1)))
    }
}
