package import Core
package import EventLoops
import Synchronization

/// An event loop whose clock moves only when the test says so, and whose work runs on the test's own thread.
///
/// A test makes one, puts work or tasks on it, and calls `advance(by:)`: everything that becomes due runs in order, each
/// timer at exactly its time, with all continuations it resumed run before the next timer. No sleep, no thread, the same
/// result every time.
///
/// The queue of jobs may be appended to from any thread; clock and timers belong to whichever single thread runs the
/// test, hence `@unchecked Sendable`.
package final class VirtualTimeLoop: EventLoop, @unchecked Sendable {
    private let jobs = JobQueue()
    private var timers = TimerQueue()
    private var later = LaterWork()
    /// Counts calls of `run` and pieces of later work.
    package private(set) var turn: UInt64 = 0
    private let clock: Mutex<MonotonicInstant>
    /// Jobs that may run at one instant; more means that the code under test goes in circles.
    private static let jobsPerInstant = 1_000_000

    /// A loop whose clock stands at `start`.
    package init(startingAt start: MonotonicInstant = MonotonicInstant(nanoseconds: 1_000_000_000)) {
        clock = Mutex(start)
    }

    package var now: MonotonicInstant { clock.withLock { $0 } }
    package var isCurrent: Bool { ThreadOwner.isCurrent(self) }

    package func execute(_ work: @escaping @Sendable () -> Void) {
        _ = jobs.append(.closure(work), isOnLoop: true)
    }

    package func executeLater(_ work: @escaping @Sendable () -> Void) {
        checkIsolated()
        later.append(work)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        _ = jobs.append(.swift(UnownedJob(job)), isOnLoop: true)
    }

    package func checkIsolated() {
        precondition(isCurrent, "Called off the virtual loop: wrap the call in loop.run { }")
    }

    package func isIsolatingCurrentContext() -> Bool? { isCurrent }

    @discardableResult
    package func schedule(at deadline: MonotonicInstant, _ work: @escaping @Sendable () -> Void) -> TimerToken {
        checkIsolated()
        return timers.insert(at: deadline, work)
    }

    package func cancel(_ timer: TimerToken) {
        checkIsolated()
        timers.cancel(timer)
    }

    /// Timers that have not fired yet: zero at the end of a test that leaks none.
    package var pendingTimers: Int { timers.count }

    /// When the next timer is due; nil when there is none.
    package var nextDeadline: MonotonicInstant? { timers.nextDeadline() }

    /// Runs `body` as if the loop called it, then everything that it made due at this instant.
    @discardableResult
    package func run<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try ThreadOwner.serving(self) { () throws(Failure) -> Result in
            defer { settle() }
            turn &+= 1
            return try body()
        }
    }

    /// Runs everything that is due now, without moving the clock.
    package func runUntilIdle() { run {} }

    /// Moves the clock by `duration`, running everything that becomes due on the way at its own time.
    package func advance(by duration: Duration) { advance(to: now + duration) }

    /// Moves the clock to `end`, running everything that becomes due on the way at its own time.
    package func advance(to end: MonotonicInstant) {
        ThreadOwner.serving(self) {
            settle()
            while let deadline = timers.nextDeadline(), deadline <= end {
                clock.withLock { $0 = max($0, deadline) }
                settle()
            }
            clock.withLock { $0 = max($0, end) }
        }
    }

    /// Runs an asynchronous operation as a task of this loop, moving the clock from timer to timer until it is done.
    ///
    /// Nil when it is not done by the time the clock has moved by `limit`, or when nothing is left that could wake it.
    package func complete<Result: Sendable>(
        within limit: Duration = .seconds(3600), _ operation: @escaping @Sendable () async throws -> Result
    ) throws -> Result? {
        let end = now + limit
        let outcome = Outcome<Result>()
        let task = Task(executorPreference: self) {
            do { outcome.value = .success(try await operation()) } catch { outcome.value = .failure(error) }
        }
        runUntilIdle()
        while outcome.value == nil, let deadline = timers.nextDeadline(), deadline <= end { advance(to: deadline) }
        if outcome.value == nil { task.cancel() }
        return try outcome.value?.get()
    }

    /// Runs jobs and due timers until there are none at this instant.
    private func settle() {
        var count = 0
        repeat {
            while case let batch = jobs.takeAll(), !batch.isEmpty {
                for job in batch { run(job) }
                count += batch.count
                precondition(count < Self.jobsPerInstant, "The code under test never becomes idle")
            }
        } while fireOneTimer() || runLaterWork()
    }

    private func runLaterWork() -> Bool {
        guard let work = later.popFirst() else { return false }
        turn &+= 1
        work()
        return true
    }

    private func fireOneTimer() -> Bool {
        guard let work = timers.popDue(at: now) else { return false }
        work()
        return true
    }

    private func run(_ job: JobQueue.Job) {
        switch job {
        case .swift(let job):
            job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        case .closure(let work): work()
        }
    }

    /// Written and read on the test's thread only.
    private final class Outcome<Value: Sendable>: @unchecked Sendable {
        var value: Result<Value, any Error>?
    }
}
