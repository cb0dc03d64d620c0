import EventLoops
import Glibc
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct BlockingPoolTests {
    @Test func `A call leaves the loop and comes back to it`() async throws {
        let loop = EpollEventLoop(name: "caller")
        loop.start()
        let pool = BlockingPool(name: "pool", threads: 2, capacity: 8)
        let places = try await Task(executorPreference: loop) {
            let before = loop.isCurrent
            let inside = try await pool.run { loop.isCurrent }
            return [before, inside, loop.isCurrent]
        }.value
        #expect(places == [true, false, true])
        pool.stop()
        loop.stop()
    }

    @Test func `A call from an actor on a loop leaves it and comes back`() async throws {
        actor Caller {
            let loop: EpollEventLoop
            nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
            init(loop: EpollEventLoop) { self.loop = loop }
            func call(_ pool: BlockingPool) async throws -> [Bool] {
                let loop = loop
                let before = loop.isCurrent
                let inside = try await pool.run { loop.isCurrent }
                return [before, inside, loop.isCurrent]
            }
        }
        let loop = EpollEventLoop(name: "caller")
        loop.start()
        let pool = BlockingPool(name: "pool", threads: 1, capacity: 1)
        #expect(try await Caller(loop: loop).call(pool) == [true, false, true])
        pool.stop()
        loop.stop()
    }

    @Test func `The call beyond capacity is refused at once, and room comes back`() async throws {
        let pool = BlockingPool(name: "pool", threads: 1, capacity: 2)
        let gate = Gate()
        let first = Task { try await pool.run { gate.wait() } }
        let second = Task { try await pool.run { gate.wait() } }
        while pool.admittedCalls < 2 { await Task.yield() }
        await #expect(throws: BlockingPoolError.full) { try await pool.run {} }
        gate.open()
        try await first.value
        try await second.value
        #expect(try await pool.run { 7 } == 7)
        pool.stop()
        await #expect(throws: BlockingPoolError.stopped) { try await pool.run {} }
    }

    @Test func `Calls run side by side on as many threads as there are`() async throws {
        let pool = BlockingPool(name: "pool", threads: 3, capacity: 3)
        let inside = Recorder<Int>()
        let calls = (0..<3).map { index in
            Task {
                try await pool.run {
                    inside.append(index)
                    while inside.count < 3 { sched_yield() }
                }
            }
        }
        for call in calls { try await call.value }
        pool.stop()
    }

    @Test func `Errors and cancellation reach where they belong`() async throws {
        struct Failure: Error {}
        let pool = BlockingPool(name: "pool", threads: 1, capacity: 4)
        await #expect(throws: Failure.self) { try await pool.run { throw Failure() } }
        let task = Task { try await pool.run { while !Task.isCancelled { sched_yield() } } }
        task.cancel()
        try await task.value
        pool.stop()
    }

    @Test func `Ten thousand calls in turn leave nothing behind`() async throws {
        let pool = BlockingPool(name: "pool", threads: 2, capacity: 64)
        var sum = 0
        for index in 0..<10_000 { sum += try await pool.run { index } }
        #expect(sum == 49_995_000)
        #expect(pool.admittedCalls == 0)
        pool.stop()
    }

    /// Holds threads back until it is opened.
    private final class Gate: Sendable {
        private let isOpen = Atomic<Bool>(false)
        func open() { isOpen.store(true, ordering: .sequentiallyConsistent) }
        func wait() { while !isOpen.load(ordering: .sequentiallyConsistent) { sched_yield() } }
    }
}
