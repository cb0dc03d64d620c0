import EventLoops
import Synchronization
import TestSupport
import Testing

/// Work that gives way.
@Suite("Later work") struct LaterWorkTests {
    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        var values: [String] { lines.withLock { $0 } }
        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test("comes one piece a turn, in order, after jobs and timers")
    func order() {
        let loop = VirtualTimeLoop()
        let log = Log()
        loop.run {
            loop.executeLater {
                log.append("first \(loop.turn)")
                loop.execute { log.append("job") }
                loop.executeLater { log.append("third \(loop.turn)") }
            }
            loop.executeLater { log.append("second \(loop.turn)") }
            loop.execute { log.append("early job") }
            loop.schedule(at: loop.now) { log.append("timer") }
        }
        let turn = loop.turn
        #expect(
            log.values == ["early job", "timer", "first \(turn - 2)", "job", "second \(turn - 1)", "third \(turn)"])
    }
}
