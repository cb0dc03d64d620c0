import Synchronization

/// The audio of one turn on its way to speech-to-text: appended synchronously by the session, read by one provider.
///
/// Bounded: past `capacity` samples the oldest unread ones would be lost, so the append is refused instead and the turn ends
/// there (the session's turn length is far below the default of ten minutes).
package final class AudioFeed: Sendable {
    private struct State {
        var pending: [Int16] = []
        var finished = false
        var waiter: CheckedContinuation<Void, Never>?
        var total = 0
    }
    private let state = Mutex(State())
    private let capacity: Int

    /// An empty feed that holds at most `capacity` unread samples of 16 kHz mono audio.
    package init(capacity: Int = 16_000 * 600) { self.capacity = capacity }

    /// Adds samples; false when the feed is full or finished and they were not taken.
    @discardableResult
    package func append(_ samples: Span<Int16>) -> Bool {
        let (taken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard !state.finished, state.pending.count + samples.count <= capacity else { return (false, nil) }
            // Not reserved: that would copy all that is pending at each append instead of now and then.
            unsafe samples.withUnsafeBufferPointer { unsafe state.pending.append(contentsOf: $0) }
            state.total += samples.count
            defer { state.waiter = nil }
            return (true, state.waiter)
        }
        waiter?.resume()
        return taken
    }

    /// Says that the turn is over; the reader gets what is pending, then nil.
    package func finish() {
        let waiter = state.withLock { state in
            state.finished = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// All samples that are pending, waiting for some if there are none; nil after the end or when the task is cancelled.
    package func next() async -> [Int16]? {
        while !Task.isCancelled {
            let (samples, finished) = state.withLock { state -> ([Int16], Bool) in
                defer { state.pending = [] }
                return (state.pending, state.finished)
            }
            if !samples.isEmpty { return samples }
            if finished { return nil }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let resumeNow = state.withLock { state in
                        guard state.pending.isEmpty, !state.finished, !Task.isCancelled else { return true }
                        state.waiter = continuation
                        return false
                    }
                    if resumeNow { continuation.resume() }
                }
            } onCancel: {
                let waiter = state.withLock { state in
                    defer { state.waiter = nil }
                    return state.waiter
                }
                waiter?.resume()
            }
        }
        return nil
    }

    /// Samples appended so far.
    package var totalSamples: Int { state.withLock { $0.total } }
}
