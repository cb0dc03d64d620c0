/// The latest samples of a stream, for audio that is wanted after the fact: the padding before speech.
///
/// Bounded by `capacity`; older samples are overwritten. Its memory grows to that as samples come, and `trim` gives it back.
/// Positions count all samples of the stream from its start.
package struct SampleRing: Sendable {
    private var storage: [Int16] = []
    /// The position after the newest sample: how many were appended since the start of the stream.
    package private(set) var end: Int

    /// An empty ring for `capacity` samples, of a stream whose next sample has the position `position`.
    package init(capacity: Int, position: Int = 0) {
        precondition(capacity > 0 && position >= 0, "a ring has room, and positions count from zero")
        self.capacity = capacity
        end = position
        first = position
    }

    /// The first position since the ring was last emptied.
    private var first: Int

    /// How many samples it can hold; what no longer fits is forgotten.
    package var capacity: Int {
        didSet {
            precondition(capacity > 0, "a ring has room")
            // What a smaller ring has forgotten does not come back in a larger one.
            first = max(first, end - oldValue)
            if capacity < oldValue { trim(before: end - capacity) }
        }
    }

    /// Samples that its memory has room for.
    package var allocated: Int { storage.count }

    /// The position of the oldest sample that is still there.
    package var start: Int { max(first, end - capacity) }

    /// How many samples it holds.
    package var count: Int { end - start }

    /// Appends samples, over the oldest ones if there is no room.
    package mutating func append(_ samples: Span<Int16>) {
        let kept = samples.extracting(max(0, samples.count - capacity)..<samples.count)
        if count + kept.count > storage.count, storage.count < capacity {
            resize(to: min(capacity, max(count + kept.count, 2 * storage.count, Self.smallest)))
        }
        guard !kept.isEmpty else { return }
        let begin = (end + samples.count - kept.count) % storage.count
        let head = min(kept.count, storage.count - begin)
        for index in 0..<head { storage[begin + index] = kept[index] }
        for index in head..<kept.count { storage[index - head] = kept[index] }
        end += samples.count
    }

    /// Appends to `output` what is left of the samples from `position` to the newest.
    /// - Returns: the position of the first one appended; `end` if there is none.
    @discardableResult
    package func copy(from position: Int, to last: Int = .max, appendingTo output: inout [Int16]) -> Int {
        let from = min(max(position, start), end)
        let last = min(last, end)
        guard from < last else { return from }
        let begin = from % storage.count
        let head = min(last - from, storage.count - begin)
        output.append(contentsOf: storage[begin..<begin + head])
        output.append(contentsOf: storage[0..<last - from - head])
        return from
    }

    /// The oldest position that will still be there after `samples` more samples.
    package func start(after samples: Int) -> Int { max(first, end + samples - capacity) }

    /// Forgets the samples; positions go on.
    package mutating func removeAll() { trim(before: end) }

    /// Forgets the samples before `position`, and gives back memory that the rest does not need.
    package mutating func trim(before position: Int) {
        first = max(first, min(position, end))
        let needed = min(capacity, max(count, Self.smallest))
        if storage.count > 2 * needed || storage.count > capacity { resize(to: needed) }
    }

    /// The least memory of a ring that holds something: one second of speech.
    private static let smallest = 16_000

    private mutating func resize(to size: Int) {
        var samples: [Int16] = []
        samples.reserveCapacity(count)
        let from = copy(from: start, appendingTo: &samples)
        first = from
        storage = .init(repeating: 0, count: size)
        for (index, sample) in samples.enumerated() { storage[(from + index) % size] = sample }
    }
}
