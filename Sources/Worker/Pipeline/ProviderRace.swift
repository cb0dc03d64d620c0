import Core
import EventLoops
import Synchronization

/// The attempts of one call and what they report, in the order in which it happens.
///
/// DESIGN. Each attempt is a task of its own, so that one that ignores its cancellation delays nobody. Attempts report from the
/// loop or from wherever their provider works; the one reader takes the reports on the loop. An attempt that is ahead of the
/// reader by `capacity` reports waits in `offer`. After `end` nothing is reported any more.
final class ProviderRace<Event: Sendable, Outcome: Sendable>: Sendable {
    enum Report: Sendable {
        case event(attempt: Int, Event)
        case ended(attempt: Int, Result<Outcome, ProviderError>)
        /// The user has said everything: from now on waiting is silence.
        case inputEnded
        /// The time that the reader was ready to wait is over.
        case deadline
        /// The caller was cancelled.
        case cancelled
    }

    private struct State {
        var reports: [Report] = []
        var head = 0
        var reader: CheckedContinuation<Void, Never>?
        var writers: [CheckedContinuation<Void, Never>] = []
        var tasks: [Int: Task<Void, Never>] = [:]
        var isOver = false

        var count: Int { reports.count - head }
    }
    private let state = Mutex(State())
    private let loop: any EventLoop

    /// Reports that may wait to be read: some of them, so that writer and reader need not take turns.
    private static var capacity: Int { 4 }

    init(loop: any EventLoop) { self.loop = loop }

    /// Begins an attempt as a task on the loop.
    func start(_ attempt: Int, _ body: @escaping @Sendable () async -> Result<Outcome, ProviderError>) {
        let task = Task(name: "provider", executorPreference: loop) {
            self.post(.ended(attempt: attempt, await body()))
        }
        let isLate = state.withLock { state in
            if !state.isOver { state.tasks[attempt] = task }
            return state.isOver
        }
        if isLate { task.cancel() }
    }

    /// Reports without waiting; for writers that nothing holds back.
    func post(_ report: Report) {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.isOver else { return nil }
            state.reports.append(report)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// Reports, and waits until the reader keeps up; false when nobody reads any more.
    func offer(_ report: Report) async -> Bool {
        post(report)
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                if state.isOver || state.count <= Self.capacity { return true }
                state.writers.append(continuation)
                return false
            }
            if goesOn { continuation.resume() }
        }
        return !isOver
    }

    var isOver: Bool { state.withLock { $0.isOver } }

    /// The next report, `deadline` when there is none by then.
    ///
    /// Called on the loop, by one reader.
    func next(before deadline: MonotonicInstant?) async -> Report {
        while true {
            let (report, writers) = take()
            for writer in writers { writer.resume() }
            if let report { return report }
            if let deadline, deadline <= loop.now { return .deadline }
            let timer = deadline.map { loop.schedule(at: $0) { self.wake() } }
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.count > 0 { return true }
                    state.reader = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
            if let timer { loop.cancel(timer) }
        }
    }

    /// Stops one attempt; what it still reports is for the reader to ignore.
    func stop(_ attempt: Int) { state.withLock { $0.tasks.removeValue(forKey: attempt) }?.cancel() }

    /// Stops all attempts at once; the reader gets `cancelled` next.
    ///
    /// May be called from any thread, again and again.
    func end() {
        let (tasks, writers, reader) = state.withLock { state in
            state.isOver = true
            state.reports = [.cancelled]
            state.head = 0
            defer { (state.tasks, state.writers, state.reader) = ([:], [], nil) }
            return (state.tasks.values.map(\.self), state.writers, state.reader)
        }
        for task in tasks { task.cancel() }
        for writer in writers { writer.resume() }
        reader?.resume()
    }

    private func wake() {
        let reader = state.withLock { state in
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    private func take() -> (Report?, [CheckedContinuation<Void, Never>]) {
        state.withLock { state in
            guard state.head < state.reports.count else { return (nil, []) }
            let report = state.reports[state.head]
            state.head += 1
            if state.head == state.reports.count {
                state.reports.removeAll(keepingCapacity: true)
                state.head = 0
            }
            guard state.count <= Self.capacity else { return (report, []) }
            defer { state.writers = [] }
            return (report, state.writers)
        }
    }
}
