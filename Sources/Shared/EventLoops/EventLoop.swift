package import Core

/// One thread that owns sockets and actors: work enqueued on it runs one job after another, never in parallel.
///
/// It is both a serial executor (for actors that live on it) and a task executor (for their tasks: pass it as
/// `executorPreference`, otherwise every resumed continuation takes a detour through the global pool). A test passes
/// `VirtualTimeLoop` instead, whose clock moves only when the test says so.
package protocol EventLoop: SerialExecutor, TaskExecutor {
    /// The loop's clock. May be read from any thread.
    var now: MonotonicInstant { get }

    /// Whether the calling thread is this loop's.
    var isCurrent: Bool { get }

    /// Runs `work` on the loop, as soon as its turn comes. May be called from any thread.
    func execute(_ work: @escaping @Sendable () -> Void)

    /// Runs `work` in a later turn, after sockets and timers had theirs; one such piece of work a turn, in order.
    ///
    /// Long work that is cut into pieces gives way to everybody else in this way. Must be called on the loop.
    func executeLater(_ work: @escaping @Sendable () -> Void)

    /// A number that differs from turn to turn. Must be read on the loop.
    var turn: UInt64 { get }

    /// Runs `work` on the loop at `deadline` or as soon after as the loop gets to it. Must be called on the loop.
    @discardableResult
    func schedule(at deadline: MonotonicInstant, _ work: @escaping @Sendable () -> Void) -> TimerToken

    /// Takes a timer back; does nothing if it has fired. Must be called on the loop.
    func cancel(_ timer: TimerToken)
}

extension EventLoop {
    /// Runs `work` on the loop after `delay`.
    ///
    /// Must be called on the loop.
    @discardableResult
    package func schedule(after delay: Duration, _ work: @escaping @Sendable () -> Void) -> TimerToken {
        schedule(at: now + delay, work)
    }
}

/// Names one scheduled timer of one loop.
package struct TimerToken: Sendable, Hashable {
    /// Unique within the loop for the life of the process.
    package let rawValue: UInt64
    /// A token with this number; made by loops only.
    package init(rawValue: UInt64) { self.rawValue = rawValue }
}
