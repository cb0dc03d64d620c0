import Core
import EventLoops
import Lifecycle
import Observability
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Worker

@Suite("The watch over the sessions' loop") struct LoopWatchTests {
    private let loop = VirtualTimeLoop()
    private let registry = MetricsRegistry()
    /// How far the clock is ahead of the loop: a loop that is busy does not move.
    private let blocked = Ahead()

    private final class Ahead: Sendable { let by = Mutex(Duration.zero) }

    private func watch() -> LoopWatch {
        let (loop, blocked) = (loop, blocked)
        return LoopWatch(
            loop, limit: .seconds(10), registry: registry, clock: { loop.now + blocked.by.withLock { $0 } })
    }

    @Test("a loop that turns is alive for as long as it does")
    func turning() {
        let watch = watch()
        watch.start()
        for _ in 0..<100 {
            loop.advance(by: .seconds(1))
            #expect(watch.stall == nil && watch.silence < LoopWatch.interval)
        }
    }

    @Test("a blocked loop is not alive after its limit, says for how long, and is alive again when it turns")
    func blockedLoop() throws {
        let watch = watch()
        watch.start()
        loop.advance(by: .seconds(1))
        let readiness = Readiness()
        readiness.markReady()
        let health = HealthEndpoints(readiness: readiness, metrics: registry, watch: watch)
        blocked.by.withLock { $0 = .seconds(9) }
        #expect(health.answer("/livez").status == 200)
        blocked.by.withLock { $0 = .milliseconds(12_345) }
        let answer = health.answer("/livez")
        #expect(answer.status == 503)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("has not turned for 12345 milliseconds"))
        #expect(health.answer("/readyz").status == 503)
        #expect(
            String(decoding: health.answer("/metrics").body, as: UTF8.self)
                .contains("antiphon_worker_loop_silence_milliseconds 12345"))
        blocked.by.withLock { $0 = .zero }
        loop.advance(by: .seconds(1))
        #expect(health.answer("/livez").status == 200 && health.answer("/readyz").status == 200)
        readiness.markDraining()
        #expect(health.answer("/livez").status == 200 && health.answer("/readyz").status == 503)
    }
}

extension HealthEndpoints {
    fileprivate func answer(_ path: String) -> HTTPAnswer { answer(method: "GET", path: path) }
}
