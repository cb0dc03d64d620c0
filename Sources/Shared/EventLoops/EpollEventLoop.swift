package import Core
import CLinux
import Synchronization

/// The loop of production: one named thread that blocks in `epoll_wait`.
///
/// DESIGN: the thread repeats one turn: run all waiting jobs, run all due timers, block, run the handlers of what became
/// ready. Jobs are looked for again after every single timer and handler, so a continuation resumed by a callback runs
/// before the next callback. One epoll descriptor gathers everything that can end the blocking: an eventfd that other
/// threads write to (only when the loop might sleep), a timerfd armed with the earliest deadline (nanoseconds, where
/// `epoll_wait`'s own timeout has milliseconds), and the watched descriptors.
///
/// Memory: `jobs` and `lifecycle` are locked and may be used by any thread. `timers`, `watches`,
/// `armedDeadline`, `later` and `turnCount` belong to the loop's thread; every way to them checks that.
package final class EpollEventLoop: FileDescriptorEventLoop, @unchecked Sendable {
    private let name: String
    let descriptors: LoopDescriptors
    private let jobs = JobQueue()
    private let lifecycle = Mutex(Lifecycle())
    var timers = TimerQueue()
    private var armedDeadline: MonotonicInstant?
    private var later = LaterWork()
    private var turnCount: UInt64 = 0
    var watches = WatchTable()

    /// Rounds of jobs per turn before sockets and timers get theirs, so that tasks which only feed each other starve nobody.
    private static let roundsPerTurn = 64

    private struct Lifecycle {
        var thread: NamedThread?
        var hasStarted = false
        var isStopping = false
    }

    /// A loop that does nothing until `start()`; work enqueued before waits.
    ///
    /// The name is its thread's.
    package init(name: String) {
        self.name = name
        descriptors = LoopDescriptors()
    }

    /// Starts the thread.
    ///
    /// Does nothing when it runs already.
    package func start() {
        lifecycle.withLock { lifecycle in
            guard !lifecycle.hasStarted else { return }
            lifecycle.hasStarted = true
            lifecycle.thread = NamedThread(name: name) { self.runUntilStopped() }
        }
    }

    /// Runs what waits, ends the thread and waits for its end.
    ///
    /// Pending timers do not fire; work enqueued later is never run, so whoever lives on the loop goes first. May be
    /// called from any thread but the loop's own.
    package func stop() {
        precondition(!isCurrent, "A loop cannot wait for its own end")
        let thread = lifecycle.withLock { lifecycle in
            lifecycle.isStopping = true
            return lifecycle.thread.take()
        }
        descriptors.wake()
        thread?.join()
    }

    // MARK: EventLoop

    /// The kernel's monotonic clock, from any thread.
    package var now: MonotonicInstant { .monotonicClock }

    /// Whether the calling thread is the loop's.
    package var isCurrent: Bool { ThreadOwner.isCurrent(self) }

    /// Runs `work` when its turn comes, from any thread.
    package func execute(_ work: @escaping @Sendable () -> Void) { append(.closure(work)) }

    /// Runs `work` in a later turn; see `EventLoop.executeLater`.
    package func executeLater(_ work: @escaping @Sendable () -> Void) {
        checkIsolated()
        later.append(work)
    }

    /// Counts the turns.
    package var turn: UInt64 {
        checkIsolated()
        return turnCount
    }

    /// Runs `work` at `deadline`.
    ///
    /// Must be called on the loop.
    @discardableResult
    package func schedule(at deadline: MonotonicInstant, _ work: @escaping @Sendable () -> Void) -> TimerToken {
        checkIsolated()
        return timers.insert(at: deadline, work)
    }

    /// Takes a timer back.
    ///
    /// Must be called on the loop.
    package func cancel(_ timer: TimerToken) {
        checkIsolated()
        timers.cancel(timer)
    }

    // MARK: SerialExecutor and TaskExecutor

    package func enqueue(_ job: consuming ExecutorJob) { append(.swift(UnownedJob(job))) }

    package func checkIsolated() { precondition(isCurrent, "Called off the event loop that this belongs to") }

    package func isIsolatingCurrentContext() -> Bool? { isCurrent }

    // MARK: The thread

    private func append(_ job: JobQueue.Job) {
        if jobs.append(job, isOnLoop: isCurrent) { descriptors.wake() }
    }

    private func runUntilStopped() {
        ThreadOwner.serving(self) {
            repeat {
                runJobs()
                runDueTimers()
                runJobs()
                runLaterWork()
                armTimer()
                runReadyHandlers(blocking: jobs.isEmpty && later.isEmpty)
                turnCount &+= 1
            } while !isFinished()
        }
    }

    /// Whether the thread may end: it was asked to, and nothing waits that somebody counts on.
    private func isFinished() -> Bool {
        guard lifecycle.withLock({ $0.isStopping }) else { return false }
        while !jobs.closeIfEmpty() { runJobs() }
        return true
    }

    private func runJobs() {
        for _ in 0..<Self.roundsPerTurn {
            let batch = jobs.takeAll()
            guard !batch.isEmpty else { return }
            for job in batch {
                switch job {
                case .swift(let job):
                    unsafe job.runSynchronously(
                        isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
                case .closure(let work): work()
                }
            }
            jobs.recycle(batch)
        }
    }

    private func runDueTimers() {
        guard let deadline = timers.nextDeadline() else { return }
        let now = now
        guard deadline <= now else { return }
        while let work = timers.popDue(at: now) {
            work()
            runJobs()
        }
    }

    private func runLaterWork() {
        guard let work = later.popFirst() else { return }
        work()
        runJobs()
    }

    private func armTimer() {
        let deadline = timers.nextDeadline()
        guard deadline != armedDeadline else { return }
        armedDeadline = deadline
        descriptors.arm(deadline)
    }

    private func runReadyHandlers(blocking: Bool) {
        let ready = descriptors.wait(blocking: blocking)
        for event in ready {
            switch event.source {
            case .wakeUp: descriptors.drainWakeUp()
            case .timer:
                descriptors.drainTimer()
                armedDeadline = nil
            case .watch(let key):
                // An earlier handler of this turn may have unwatched the descriptor, or watched its number anew.
                guard let handler = watches.handler(for: key) else { continue }
                handler(event.events)
                runJobs()
            }
        }
    }
}
