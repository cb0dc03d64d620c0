import Core
import EventLoops
import TestSupport
import Testing

@Suite struct VirtualTimeLoopTests {
    @Test func `Time stands still until the test moves it`() {
        let loop = VirtualTimeLoop()
        let start = loop.now
        let fired = Recorder<Duration>()
        loop.run {
            loop.schedule(after: .milliseconds(20)) { fired.append(loop.now - start) }
            loop.schedule(after: .milliseconds(10)) {
                fired.append(loop.now - start)
                loop.schedule(after: .milliseconds(5)) { fired.append(loop.now - start) }
            }
        }
        #expect(fired.values.isEmpty)
        loop.advance(by: .milliseconds(9))
        #expect(fired.values.isEmpty)
        loop.advance(by: .milliseconds(6))
        #expect(fired.values == [.milliseconds(10), .milliseconds(15)])
        loop.advance(by: .hours(1))
        #expect(fired.values.last == .milliseconds(20))
        #expect(loop.now - start == .milliseconds(15) + .hours(1))
        #expect(loop.pendingTimers == 0)
    }

    @Test func `Continuations resumed by a timer run before the next timer`() {
        let loop = VirtualTimeLoop()
        let seen = Recorder<String>()
        for name in ["a", "b"] {
            Task(executorPreference: loop) {
                try await loop.sleep(for: .milliseconds(10))
                seen.append("\(name) awake")
                await Task.yield()
                seen.append("\(name) done")
            }
        }
        loop.advance(by: .milliseconds(10))
        #expect(seen.values == ["a awake", "a done", "b awake", "b done"])
    }

    @Test func `An operation completes in virtual time, or gives nil when it cannot`() throws {
        let loop = VirtualTimeLoop()
        let start = loop.now
        let slept = try loop.complete {
            try await loop.sleep(for: .seconds(60))
            return loop.now - start
        }
        #expect(slept == .seconds(60))
        #expect(try loop.complete(within: .seconds(1)) { try await loop.sleep(for: .seconds(2)) } == nil)
    }

    @Test func `The same script gives the same order every time`() {
        func play() -> [String] {
            let loop = VirtualTimeLoop()
            let seen = Recorder<String>()
            for speaker in 0..<5 {
                Task(executorPreference: loop) {
                    for turn in 0..<20 {
                        try await loop.sleep(for: .milliseconds(10 + speaker * turn % 7))
                        seen.append("\(speaker).\(turn)@\((loop.now - .zero).wholeMilliseconds)")
                    }
                }
            }
            loop.advance(by: .seconds(10))
            return seen.values
        }
        let first = play()
        #expect(first.count == 100)
        for _ in 0..<20 { #expect(play() == first) }
    }

    @Test func `An actor on the loop is entered synchronously inside run`() {
        actor Counter {
            let loop: VirtualTimeLoop
            var value = 0
            nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
            init(loop: VirtualTimeLoop) { self.loop = loop }
            func add() { value += 1 }
        }
        let loop = VirtualTimeLoop()
        let counter = Counter(loop: loop)
        Task(executorPreference: loop) { await counter.add() }
        let value = loop.run {
            counter.assumeIsolated { counter in
                counter.add(); return counter.value
            }
        }
        #expect(value == 1)
        loop.runUntilIdle()
        #expect(loop.run { counter.assumeIsolated { $0.value } } == 2)
    }
}

extension Duration {
    fileprivate static func hours(_ count: Int) -> Duration { .seconds(3600 * count) }
}
