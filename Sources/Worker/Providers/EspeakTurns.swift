import Synchronization

/// The order in which callers use the one espeak-ng of the process: first come, first served.
///
/// DESIGN: who waits here holds no thread of the blocking pool and none of its places, so that speech recognition goes on.
/// At most `capacity` callers wait; the next one is refused. A cancelled caller leaves the queue at once.
final class EspeakTurns: Sendable {
    /// How waiting for a turn ended.
    enum Outcome: Sendable { case entered, cancelled, full }

    private struct State {
        var isTaken = false
        var waiting: [(id: Int, continuation: CheckedContinuation<Outcome, Never>)] = []
        var nextID = 0
    }
    private let state = Mutex(State())
    private let capacity: Int

    /// A free turn, for which at most `capacity` callers can wait.
    init(capacity: Int) { self.capacity = capacity }

    /// Callers that wait at the moment.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Waits for the turn; `leave` must follow if it was entered.
    func enter() async -> Outcome {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = state.withLock { state -> Outcome? in
                    if Task.isCancelled { return .cancelled }
                    if !state.isTaken {
                        state.isTaken = true
                        return .entered
                    }
                    if state.waiting.count >= capacity { return .full }
                    state.waiting.append((id, continuation))
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).continuation }
            }
            continuation?.resume(returning: .cancelled)
        }
    }

    /// Gives the turn to the caller who waits longest.
    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: .entered)
    }
}
