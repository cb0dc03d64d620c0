import Core
import EventLoops
import Glibc
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct EpollEventLoopTests {
    /// Gives the test a running loop and stops it afterwards.
    private func withLoop(_ body: (EpollEventLoop) async throws -> Void) async rethrows {
        let loop = EpollEventLoop(name: "test-loop")
        loop.start()
        defer { loop.stop() }
        try await body(loop)
    }

    @Test func `Work runs in the order in which one thread enqueued it, and on the loop`() async {
        await withLoop { loop in
            let seen = Recorder<Int>()
            for index in 0..<1000 { loop.execute { seen.append(loop.isCurrent ? index : -1) } }
            await loop.run {}
            #expect(seen.values == Array(0..<1000))
            #expect(!loop.isCurrent)
        }
    }

    @Test func `Work enqueued by work runs before the loop blocks`() async {
        await withLoop { loop in
            let depth = await withCheckedContinuation { (continuation: CheckedContinuation<Int, Never>) in
                @Sendable func nest(_ depth: Int) {
                    if depth == 10_000 {
                        continuation.resume(returning: depth)
                    } else {
                        loop.execute { nest(depth + 1) }
                    }
                }
                loop.execute { nest(0) }
            }
            #expect(depth == 10_000)
        }
    }

    @Test func `Threads that enqueue at the same time lose nothing and keep their own order`() async {
        await withLoop { loop in
            let seen = Recorder<(thread: Int, number: Int)>()
            await withTaskGroup { group in
                for thread in 0..<4 {
                    group.addTask { @concurrent in
                        for number in 0..<2000 { loop.execute { seen.append((thread, number)) } }
                    }
                }
            }
            await loop.run {}
            for thread in 0..<4 {
                #expect(seen.values.filter { $0.thread == thread }.map(\.number) == Array(0..<2000))
            }
        }
    }

    @Test func `A blocked loop wakes up for another thread's work each time`() async {
        await withLoop { loop in
            var count = 0
            for _ in 0..<500 { count += await loop.run { 1 } }
            #expect(count == 500)
        }
    }

    @Test func `Timers fire in order, never early, and a cancelled one never`() async {
        await withLoop { loop in
            let fired = Recorder<(name: String, late: Duration)>()
            await withCheckedContinuation { continuation in
                loop.execute {
                    let start = loop.now
                    for (name, delay) in [("c", 6), ("a", 2), ("b", 4), ("b2", 4)] {
                        let deadline = start + .milliseconds(delay)
                        loop.schedule(at: deadline) { fired.append((name, loop.now - deadline)) }
                    }
                    let token = loop.schedule(after: .milliseconds(3)) { fired.append(("cancelled", .zero)) }
                    loop.cancel(token)
                    loop.schedule(after: .milliseconds(8)) { continuation.resume() }
                }
            }
            #expect(fired.values.map(\.name) == ["a", "b", "b2", "c"])
            #expect(fired.values.allSatisfy { $0.late >= .zero })
        }
    }

    @Test func `An earlier timer set later shortens the blocking`() async {
        await withLoop { loop in
            await loop.run { _ = loop.schedule(after: .seconds(3600)) {} }
            let waited = await withCheckedContinuation { continuation in
                loop.execute {
                    let start = loop.now
                    loop.schedule(after: .milliseconds(1)) { continuation.resume(returning: loop.now - start) }
                }
            }
            #expect(waited >= .milliseconds(1))
            #expect(waited < .seconds(60))
        }
    }

    @Test func `A sleeping task wakes up on time, or at once when cancelled`() async throws {
        try await withLoop { loop in
            try await loop.sleep(for: .milliseconds(1))
            let sleeper = Task(executorPreference: loop) { try await loop.sleep(for: .seconds(3600)) }
            try await loop.sleep(for: .milliseconds(1))
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        }
    }

    @Test func `A continuation resumed elsewhere comes back to the loop of the task's preference`() async {
        await withLoop { loop in
            let places = await Task(executorPreference: loop) { () -> [Bool] in
                var places = [loop.isCurrent]
                for _ in 0..<100 {
                    await withCheckedContinuation { continuation in
                        Task.detached { continuation.resume() }
                    }
                    places.append(loop.isCurrent)
                }
                return places
            }.value
            #expect(places.count == 101)
            #expect(places.allSatisfy { $0 })
        }
    }

    @Test func `An actor on the loop may be entered synchronously from a callback`() async {
        actor Counter {
            let loop: EpollEventLoop
            var value = 0
            nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
            init(loop: EpollEventLoop) { self.loop = loop }
            func add() { value += 1 }
        }
        await withLoop { loop in
            let counter = Counter(loop: loop)
            await loop.run { counter.assumeIsolated { $0.add() } }
            await counter.add()
            #expect(await counter.value == 2)
        }
    }

    @Test func `Tasks that only yield to each other do not starve timers`() async {
        await withLoop { loop in
            let fired = Atomic<Bool>(false)
            await loop.run { _ = loop.schedule(after: .milliseconds(1)) { fired.store(true, ordering: .relaxed) } }
            await Task(executorPreference: loop) {
                while !fired.load(ordering: .relaxed) { await Task.yield() }
            }.value
        }
    }

    @Test func `Stopping runs what waits first, and a loop that never started can be stopped`() {
        let loop = EpollEventLoop(name: "stopping")
        let count = Atomic<Int>(0)
        for _ in 0..<100 {
            loop.execute { loop.execute { _ = count.add(1, ordering: .relaxed) } }
        }
        loop.start()
        loop.stop()
        #expect(count.load(ordering: .relaxed) == 100)
        EpollEventLoop(name: "idle").stop()
    }

    @Test func `Stopped loops give back their descriptors and themselves`() {
        weak var leaked: EpollEventLoop?
        do {
            let loop = EpollEventLoop(name: "released")
            leaked = loop
            loop.start()
            loop.stop()
        }
        #expect(leaked == nil)
    }
}
