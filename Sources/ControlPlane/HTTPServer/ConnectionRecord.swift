import Glibc
import Synchronization

/// What is remembered of one TCP connection: its peer, its socket and the deadline of its current phase.
///
/// DESIGN: the HTTP library's own timeout restarts with every byte, so a client that trickles lives for ever. Each
/// phase of a request therefore has a deadline here, and `ConnectionTable` shuts the socket down when it passes; the
/// library then sees an end of file and cleans up as usual. `closed()` is called before the library closes the
/// descriptor and takes the same lock as the shutdown, so a descriptor that the kernel has given to somebody else is
/// never touched.
final class ConnectionRecord: Sendable {
    /// Numeric address of the other end.
    let peer: String
    private let state: Mutex<State>

    private struct State {
        var descriptor: Int32?
        var deadline: ContinuousClock.Instant?
    }

    init(peer: String, descriptor: Int32, deadline: ContinuousClock.Instant) {
        self.peer = peer
        state = Mutex(State(descriptor: descriptor, deadline: deadline))
    }

    /// Begins a phase that must end before `deadline`; nil: no limit (the handler's turn).
    func enterPhase(until deadline: ContinuousClock.Instant?) {
        state.withLock { $0.deadline = deadline }
    }

    /// The library is about to close the socket.
    func closed() {
        state.withLock { $0.descriptor = nil }
    }

    /// Shuts the socket down if its phase has taken too long; returns whether it did.
    func expire(now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            guard let descriptor = state.descriptor, let deadline = state.deadline, deadline <= now else {
                return false
            }
            shutdown(descriptor, Int32(SHUT_RDWR))
            state.deadline = nil
            return true
        }
    }
}
