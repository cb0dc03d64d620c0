import Synchronization

/// Several loops of equal standing, handed out in turn.
package final class EventLoopGroup: Sendable {
    /// The loops, in the order of their names.
    package let loops: [EpollEventLoop]
    private let cursor = Atomic<Int>(0)

    /// `count` loops (at least one) named `<name>-0`, `<name>-1`, …; nothing runs until `start()`.
    package init(name: String, count: Int) {
        loops = (0..<max(count, 1)).map { EpollEventLoop(name: "\(name)-\($0)") }
    }

    /// Starts every loop.
    package func start() { for loop in loops { loop.start() } }

    /// Stops every loop and waits for its thread.
    ///
    /// Must not be called on one of them.
    package func stop() { for loop in loops { loop.stop() } }

    /// The next loop in turn.
    ///
    /// May be called from any thread.
    package func next() -> EpollEventLoop {
        let turn = cursor.wrappingAdd(1, ordering: .relaxed).oldValue
        return loops[Int(UInt(bitPattern: turn) % UInt(loops.count))]
    }
}
