import Synchronization

/// The audio of one turn on its way to speech-to-text: appended synchronously by the session, read by one provider, and by
/// others from the beginning through `replay`.
///
/// Bounded: past `capacity` samples an append is refused and the turn ends there (the session's turn length is far below
/// the default of ten minutes). The audio is held until the last reader is gone. Any thread may append or read.
package final class AudioFeed: Sendable {
    /// What all readers of one turn share.
    private final class Recording: Sendable {
        struct State {
            var samples: [Int16] = []
            var isFinished = false
            /// Readers that wait for more, each at most once.
            var waiters: [(reader: ObjectIdentifier, continuation: CheckedContinuation<Void, Never>)] = []
            var finishHandlers: [@Sendable () -> Void] = []

            mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
                defer { waiters = [] }
                return waiters.map(\.continuation)
            }
        }
        let state = Mutex(State())
        let capacity: Int
        init(capacity: Int) { self.capacity = capacity }
    }

    private let recording: Recording
    private static let growthLimit = 1 << 20
    /// Samples that this reader was given.
    private let position = Atomic<Int>(0)

    /// An empty feed that holds at most `capacity` samples of 16 kHz mono audio.
    package init(capacity: Int = 16_000 * 600) { recording = Recording(capacity: capacity) }

    private init(_ recording: Recording) { self.recording = recording }

    /// Another reader of the same turn, which gets all of it from the beginning.
    package func replay() -> AudioFeed { AudioFeed(recording) }

    /// A feed of its own that holds what was appended so far and is finished.
    package func snapshot() -> AudioFeed {
        let samples = recording.state.withLock { $0.samples }
        let copy = Recording(capacity: samples.count)
        copy.state.withLock { state in
            state.samples = samples
            state.isFinished = true
        }
        return AudioFeed(copy)
    }

    /// Adds samples; false when the feed is full or finished and they were not taken.
    @discardableResult
    package func append(_ samples: Span<Int16>) -> Bool {
        let waiters = recording.state.withLock { state -> [CheckedContinuation<Void, Never>]? in
            guard !state.isFinished, state.samples.count + samples.count <= recording.capacity else { return nil }
            // A long feed is grown once for good: untouched pages take no memory, and a late copy would hold the loop.
            if state.samples.count > Self.growthLimit, state.samples.capacity < recording.capacity {
                state.samples.reserveCapacity(recording.capacity)
            }
            // Otherwise not reserved: that would copy all that is there at each append instead of now and then.
            unsafe samples.withUnsafeBufferPointer { unsafe state.samples.append(contentsOf: $0) }
            return state.takeWaiters()
        }
        guard let waiters else { return false }
        for waiter in waiters { waiter.resume() }
        return true
    }

    /// Says that the turn is over; each reader gets what it has not read, then nil.
    package func finish() {
        let (waiters, handlers) = recording.state.withLock { state in
            state.isFinished = true
            defer { state.finishHandlers = [] }
            return (state.takeWaiters(), state.finishHandlers)
        }
        for waiter in waiters { waiter.resume() }
        for handler in handlers { handler() }
    }

    /// Calls `body` once the turn is over, on the thread that ends it; at once if it is over.
    package func onFinish(_ body: @escaping @Sendable () -> Void) {
        let isFinished = recording.state.withLock { state in
            if !state.isFinished { state.finishHandlers.append(body) }
            return state.isFinished
        }
        if isFinished { body() }
    }

    /// All samples that were not read yet, waiting for some if there are none; nil after the end or when the task is cancelled.
    package func next() async -> [Int16]? {
        while !Task.isCancelled {
            let start = position.load(ordering: .relaxed)
            let (samples, isFinished) = recording.state.withLock { ([Int16]($0.samples[start...]), $0.isFinished) }
            if !samples.isEmpty {
                position.store(start + samples.count, ordering: .relaxed)
                return samples
            }
            if isFinished { return nil }
            await more(than: start)
        }
        return nil
    }

    /// Waits until there are more samples than `count`, the turn is over or the task is cancelled.
    private func more(than count: Int) async {
        let reader = ObjectIdentifier(self)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumesNow = recording.state.withLock { state in
                    guard state.samples.count == count, !state.isFinished, !Task.isCancelled else { return true }
                    state.waiters.append((reader, continuation))
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        } onCancel: {
            let waiter = recording.state.withLock { state in
                let index = state.waiters.firstIndex { $0.reader == reader }
                return index.map { state.waiters.remove(at: $0).continuation }
            }
            waiter?.resume()
        }
    }

    /// Whether a reader waits for more: it has dealt with all that was appended so far.
    package var isAwaited: Bool { recording.state.withLock { !$0.waiters.isEmpty } }

    /// All audio so far.
    package var samples: [Int16] { recording.state.withLock { $0.samples } }

    /// Samples appended so far.
    package var totalSamples: Int { recording.state.withLock { $0.samples.count } }
}
