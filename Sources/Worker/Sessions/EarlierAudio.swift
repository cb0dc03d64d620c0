import Audio

/// Input audio in no turn that the ring has no room for: pieces of at most a second, kept under the worker's budget.
struct EarlierAudio {
    private let store: KeptAudio?
    private var pieces: [(start: Int, end: Int, id: KeptAudio.ID)] = []
    /// Where the pieces end; the ring has what follows.
    private var end = 0
    private var longest: Int

    private static let piece = 16_000

    /// Keeps `longest` samples before the newest one; nothing without a `store`.
    init(store: KeptAudio?, longest: Int) {
        self.store = store
        self.longest = longest
    }

    /// Takes what `ring` will soon forget, or `all` that it has.
    mutating func take(from ring: SampleRing, all: Bool = false) {
        guard store != nil else { return }
        if end < ring.start {
            removeAll()
            end = ring.start
        }
        while ring.end - end >= Self.piece || (all && ring.end > end) {
            var samples: [Int16] = []
            ring.copy(from: end, to: min(ring.end, end + Self.piece), appendingTo: &samples)
            add(samples)
        }
    }

    /// Takes what is new in samples that begin at `start`.
    mutating func take(_ samples: [Int16], from start: Int) {
        guard store != nil, start <= end else { return }
        let oldest = start + samples.count - longest
        if end < oldest {
            removeAll()
            end = oldest
        }
        while start + samples.count > end {
            add(Array(samples[(end - start)..<min(samples.count, end - start + Self.piece)]))
        }
    }

    /// Where the audio begins that is there without a gap up to the ring; nil: none is.
    mutating func start() -> Int? {
        while let oldest = pieces.first, store?.holds(oldest.id) != true { pieces.removeFirst() }
        return pieces.first?.start
    }

    /// Appends what there is from `position` on; returns where the ring has to go on.
    mutating func copy(from position: Int, appendingTo output: inout [Int16]) -> Int {
        guard let first = start() else { return position }
        var position = max(position, first)
        for piece in pieces where piece.end > position {
            // After a gap there is nothing to go on with.
            guard piece.start <= position, case .samples(let samples)? = store?.sound(piece.id) else { break }
            output.append(contentsOf: samples[(position - piece.start)...])
            position = piece.end
        }
        return position
    }

    /// The audio before `position` is not wanted any more.
    mutating func forget(before position: Int) {
        while let oldest = pieces.first, oldest.end <= position {
            store?.drop(oldest.id)
            pieces.removeFirst()
        }
    }

    /// Nothing of it is wanted any more.
    mutating func removeAll() { forget(before: .max) }

    private mutating func add(_ samples: [Int16]) {
        guard let store else { return }
        pieces.append((end, end + samples.count, store.keep(.samples(samples))))
        end += samples.count
        forget(before: end - longest)
    }
}
