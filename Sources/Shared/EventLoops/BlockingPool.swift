import Synchronization

/// A fixed number of threads for C calls that block or compute for long (speech models), so that no loop ever waits.
///
/// DESIGN: it is a task executor, so a call moves the task's own job to one of the threads and back: task-local values,
/// priority and cancellation stay visible inside. `run` is the door for everybody; it admits at most `capacity` calls,
/// running and waiting together, and refuses the next one at once instead of letting a queue grow that no caller
/// would live to see the end of. Waiting calls are served in order.
package final class BlockingPool: TaskExecutor, Sendable {
    private struct State {
        var jobs = Deque()
        var admitted = 0
        var isStopping = false
        var threads: [NamedThread] = []
        var isDone: Bool { isStopping && admitted == 0 && jobs.isEmpty }
    }
    private let state = Mutex(State())
    /// Signalled once per job, and once per thread at the end.
    private let available = Semaphore()
    private let threadCount: Int
    private let capacity: Int

    /// Starts `threads` threads named `<name>-0`, …; `capacity` bounds calls that run or wait.
    package init(name: String, threads: Int, capacity: Int) {
        precondition(threads > 0 && capacity >= threads, "A pool needs a thread, and room for one call per thread")
        self.capacity = capacity
        threadCount = threads
        let started = (0..<threads).map { index in NamedThread(name: "\(name)-\(index)") { self.serve() } }
        state.withLock { $0.threads = started }
    }

    /// Calls that run or wait at the moment.
    ///
    /// May be read from any thread.
    package var admittedCalls: Int { state.withLock { $0.admitted } }

    /// Runs `body` on one of the threads and comes back to the caller's executor.
    ///
    /// Throws `BlockingPoolError.full` at once when `capacity` calls are running or waiting, `.stopped` after `stop()`,
    /// and what `body` throws. Cancellation is the body's to look at.
    package func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try admit()
        defer { release() }
        return try await withTaskExecutorPreference(self) { try await Self.offTheLoop(body) }
    }

    /// Refuses new calls, lets admitted ones finish, ends the threads and waits for them.
    ///
    /// Must not be called on one of them, nor on a loop that an admitted call returns to.
    package func stop() {
        let (threads, isDone) = state.withLock { state in
            state.isStopping = true
            defer { state.threads = [] }
            return (state.threads, state.isDone)
        }
        if isDone { endThreads() }
        for thread in threads { thread.join() }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        available.signal()
    }

    /// Isolated to no actor, hence run on the preferred executor.
    @concurrent
    private static func offTheLoop<Result: Sendable>(_ body: @Sendable () throws -> Result) async throws -> Result {
        try body()
    }

    private func admit() throws(BlockingPoolError) {
        try state.withLock { state throws(BlockingPoolError) in
            guard !state.isStopping else { throw .stopped }
            guard state.admitted < capacity else { throw .full }
            state.admitted += 1
        }
    }

    private func release() {
        let isDone = state.withLock { state in
            state.admitted -= 1
            return state.isDone
        }
        if isDone { endThreads() }
    }

    private func endThreads() { for _ in 0..<threadCount { available.signal() } }

    private func serve() {
        while true {
            available.wait()
            let (job, isDone) = state.withLock { ($0.jobs.popFirst(), $0.isDone) }
            if let job {
                unsafe job.runSynchronously(on: asUnownedTaskExecutor())
            } else if isDone {
                return
            }
        }
    }

    /// First in, first out; gives back its space when half of it is used up.
    private struct Deque {
        private var jobs: [UnownedJob] = []
        private var head = 0
        var isEmpty: Bool { head == jobs.count }
        mutating func append(_ job: UnownedJob) { jobs.append(job) }
        mutating func popFirst() -> UnownedJob? {
            guard head < jobs.count else { return nil }
            defer {
                head += 1
                if head * 2 > jobs.count {
                    jobs.removeFirst(head)
                    head = 0
                }
            }
            return jobs[head]
        }
    }
}

/// Why a blocking call was not even tried.
package enum BlockingPoolError: Error, Sendable, Equatable {
    /// As many calls as the pool admits are running or waiting.
    case full
    /// The pool has been stopped.
    case stopped
}
