import Core
import EventLoops
import Observability
import Synchronization

/// Tells from any thread whether a loop turns.
///
/// DESIGN: the loop stamps the time by a timer of its own; whoever asks compares the stamp with the clock. A loop that is
/// busy or blocked stamps nothing, so its silence grows until it turns again. Nothing is ever waited for.
final class LoopWatch: Sendable {
    private let loop: any EventLoop
    private let limit: Duration
    private let clock: @Sendable () -> MonotonicInstant
    private let lateness: Histogram
    /// Nanoseconds since the clock's zero.
    private let stamp: Atomic<Int64>

    /// How often the loop stamps.
    static let interval = Duration.milliseconds(100)

    /// A watch over `loop`, which counts as stalled after `limit` without a stamp.
    ///
    /// `clock` is the loop's own, but may be read from any thread.
    init(
        _ loop: any EventLoop, limit: Duration, registry: MetricsRegistry,
        clock: @escaping @Sendable () -> MonotonicInstant
    ) {
        self.loop = loop
        self.limit = limit
        self.clock = clock
        stamp = Atomic(clock().nanoseconds)
        lateness = registry.histogram(
            "antiphon_worker_loop_lateness_seconds", "How late the sessions' loop came to a timer.")
        registry.gauge(
            "antiphon_worker_loop_silence_milliseconds", "Time since the sessions' loop last turned.",
            reading: { [weak self] in self.map { Int($0.silence.wholeMilliseconds) } ?? 0 })
    }

    /// Begins to stamp, for as long as the loop runs.
    ///
    /// May be called from any thread.
    func start() { loop.execute { self.beat(due: self.loop.now) } }

    /// How long ago the loop stamped.
    var silence: Duration {
        let last = MonotonicInstant(nanoseconds: stamp.load(ordering: .relaxed))
        return max(clock() - last, .zero)
    }

    /// How long the loop has been standing still, if that is longer than it may.
    var stall: Duration? {
        let silence = silence
        return silence > limit ? silence : nil
    }

    private func beat(due: MonotonicInstant) {
        let now = loop.now
        stamp.store(now.nanoseconds, ordering: .relaxed)
        lateness.observe(now - due)
        let next = now + Self.interval
        loop.schedule(at: next) { [weak self] in self?.beat(due: next) }
    }
}
