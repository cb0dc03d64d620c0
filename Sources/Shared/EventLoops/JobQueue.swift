import Synchronization

/// What waits for its turn on a loop: jobs of the Swift runtime and plain closures, in one order.
///
/// Any thread may append.
///
/// DESIGN: the loop takes the whole queue at once and gives the emptied array back as the next one to fill, so that
/// steady operation allocates nothing. `append` says whether the loop has to be woken: only the first append since the
/// loop last looked does, and never one made on the loop itself, which looks again before it blocks.
package final class JobQueue: Sendable {
    /// One piece of work.
    package enum Job: Sendable {
        case swift(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    private struct State {
        var waiting: [Job] = []
        var spare: [Job] = []
        var isWakeUpPending = false
        var isClosed = false
    }
    private let state = Mutex(State())

    /// An empty queue.
    package init() {}

    /// Adds work and tells whether the loop's thread must be woken.
    ///
    /// Work for a closed queue is never run.
    package func append(_ job: Job, isOnLoop: Bool) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.waiting.append(job)
            if isOnLoop || state.isWakeUpPending { return false }
            state.isWakeUpPending = true
            return true
        }
    }

    /// Takes everything that waits.
    package func takeAll() -> [Job] {
        state.withLock { state in
            state.isWakeUpPending = false
            guard !state.waiting.isEmpty else { return [] }
            let jobs = state.waiting
            state.waiting = state.spare
            state.spare = []
            return jobs
        }
    }

    /// Gives an array back for reuse.
    package func recycle(_ jobs: consuming [Job]) {
        jobs.removeAll(keepingCapacity: true)
        let emptied = jobs
        state.withLock { $0.spare = emptied }
    }

    /// Whether nothing waits.
    package var isEmpty: Bool { state.withLock { $0.waiting.isEmpty } }

    /// Closes the queue if nothing waits; false if something does.
    package func closeIfEmpty() -> Bool {
        state.withLock { state in
            guard state.waiting.isEmpty else { return false }
            state.isClosed = true
            return true
        }
    }
}
