import CLinux
import EventLoops
import Observability

/// Accepts the connections of one listening socket, as long as there are places.
///
/// Used on the loop only, hence `@unchecked Sendable`.
final class Acceptor: @unchecked Sendable {
    let socket: ListeningSocket
    private let decide: @Sendable (UpgradeRequest) async -> UpgradeDecision
    private unowned let server: WebSocketServer
    private var isListening = false
    /// Accepted in one turn of the loop; the rest waits for the next.
    private static let acceptsPerTurn = 64
    /// How long to leave clients waiting in the kernel when we are out of descriptors.
    private static let pause: Duration = .milliseconds(100)
    private static let full = HTTPAnswer(status: 503, headers: [("Retry-After", "1")]).encoded(withBody: true)

    init(
        _ socket: ListeningSocket, server: WebSocketServer,
        decide: @escaping @Sendable (UpgradeRequest) async -> UpgradeDecision
    ) {
        self.socket = socket
        self.server = server
        self.decide = decide
    }

    func start() {
        isListening = true
        server.loop.watch(socket.descriptor, for: .read) { [weak self] _ in self?.acceptWaiting() }
    }

    func stop() {
        isListening = false
        server.loop.unwatch(socket.descriptor)
    }

    private func acceptWaiting() {
        for _ in 0..<Self.acceptsPerTurn where isListening {
            do throws(ListeningSocket.Failure) {
                guard let (descriptor, address) = try socket.accept() else { return }
                admit(descriptor, address)
            } catch .outOfResources {
                server.logger.error("No connection can be accepted: out of file descriptors or memory")
                stop()
                server.loop.schedule(after: Self.pause) { [weak self] in self?.resume() }
                isListening = true
                return
            } catch { continue }
        }
    }

    /// Listens again after a pause, unless the server has stopped accepting meanwhile.
    private func resume() {
        if isListening { start() }
    }

    private func admit(_ descriptor: Int32, _ address: String) {
        guard server.hasRoom(for: address) else {
            // Best effort: the request is unread, so the kernel may drop the answer with it.
            _ = unsafe send(descriptor, Self.full, Self.full.count, Int32(MSG_NOSIGNAL))
            _ = close(descriptor)
            return
        }
        server.began(HandshakeConnection(descriptor, remoteAddress: address, server: server, decide: decide))
    }
}
