import Core
import EventLoops

/// What large and unfinished messages may take.
extension WebSocketConnection {
    /// Counts a piece that is about to be kept; false when all connections together hold too much.
    ///
    /// Messages that began before this one and have not ended make room first, the oldest of them at first: whoever sends
    /// slowly holds memory for longest.
    func charge(_ count: Int) -> Bool {
        let configuration = server.configuration
        let length = assembler.total + count
        guard length <= configuration.maximumMessageBytes else {
            // It is only counted.
            releaseCharge()
            return true
        }
        let wanted = length - configuration.freeAssemblyBytes
        guard wanted > charged else { return true }
        while server.assembledBytes - charged + wanted > configuration.assemblyBytes {
            guard let oldest = server.oldestMessage(before: messageBegan) else { return false }
            oldest.makeRoom()
        }
        server.assembledBytes += wanted - charged
        charged = wanted
        return true
    }

    /// What was kept is used.
    func releaseCharge() {
        server.assembledBytes -= charged
        charged = 0
    }

    /// A message has begun, or goes on: it must end in time.
    func watchMessage() {
        guard messageTimer == nil else { return }
        messageBegan = messageBegan ?? server.loop.now
        messageMark = assembler.total
        messageTimer = server.loop.schedule(after: server.configuration.messageTimeout) { [weak self] in
            self?.checkMessage()
        }
    }

    /// The message has ended.
    func unwatchMessage() {
        if let messageTimer { server.loop.cancel(messageTimer) }
        messageTimer = nil
        messageBegan = nil
    }

    /// Nothing more is received: what has come of a message goes at once.
    func forgetInput() {
        unwatchMessage()
        releaseCharge()
        assembler.finish()
    }

    /// A message that we do not read cannot end, and one that grows will.
    private func checkMessage() {
        messageTimer = nil
        guard state == .open, assembler.isInside else { return }
        let growth = assembler.total - messageMark
        if isReadingPaused || growth >= server.configuration.messageGrowth { return watchMessage() }
        end(for: .messageOverdue)
    }

    /// Gives up the message; its memory goes now, the connection in this turn of the loop.
    private func makeRoom() {
        assembler.refuse()
        unwatchMessage()
        releaseCharge()
        server.loop.execute { [weak self] in self?.end(for: .crowdedOut) }
    }
}

extension WebSocketServer {
    /// Of the connections with a large message that has not ended, the one whose message began first, and before `limit`.
    fileprivate func oldestMessage(before limit: MonotonicInstant?) -> WebSocketConnection? {
        let oldest = connections.values.filter { $0.charged > 0 && $0.messageBegan != nil }
            .min { ($0.messageBegan ?? .zero) < ($1.messageBegan ?? .zero) }
        guard let oldest, let began = oldest.messageBegan else { return nil }
        if let limit, began >= limit { return nil }
        return oldest
    }
}
