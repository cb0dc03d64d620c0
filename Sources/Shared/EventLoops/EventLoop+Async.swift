import Core

extension EventLoop {
    /// Runs `body` on the loop and brings back its result.
    ///
    /// May be called from any task.
    package func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        if isCurrent { return body() }
        return await withCheckedContinuation { continuation in
            execute { continuation.resume(returning: body()) }
        }
    }

    /// Waits on the loop's clock; with virtual time, until the test has moved it that far.
    ///
    /// May be called from any task. Throws only `CancellationError`, as soon as the task is cancelled.
    package func sleep(for duration: Duration) async throws {
        let sleeper = Sleeper(loop: self, deadline: now + duration)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                execute { sleeper.begin(continuation) }
            }
        } onCancel: {
            execute { sleeper.end() }
        }
        try Task.checkCancellation()
    }
}

/// One sleeping task.
///
/// All members are used on the loop only, hence `@unchecked Sendable`.
private final class Sleeper: @unchecked Sendable {
    private let loop: any EventLoop
    private let deadline: MonotonicInstant
    private var continuation: CheckedContinuation<Void, Never>?
    private var timer: TimerToken?
    private var isCancelled = false

    init(loop: any EventLoop, deadline: MonotonicInstant) {
        self.loop = loop
        self.deadline = deadline
    }

    func begin(_ continuation: CheckedContinuation<Void, Never>) {
        guard !isCancelled else { return continuation.resume() }
        self.continuation = continuation
        timer = loop.schedule(at: deadline) { self.wakeUp() }
    }

    func end() {
        isCancelled = true
        if let timer { loop.cancel(timer) }
        wakeUp()
    }

    private func wakeUp() {
        timer = nil
        continuation?.resume()
        continuation = nil
    }
}
