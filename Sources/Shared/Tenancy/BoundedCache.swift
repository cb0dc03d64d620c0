import Core

/// A dictionary that remembers when each value came and throws the oldest away when it is full.
struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let stored: MonotonicInstant
        let cost: Int
        let sequence: UInt64
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    /// Keys in the order they came; may name entries that were replaced since, which have another sequence number.
    private var order: [(key: Key, sequence: UInt64)] = []
    private var oldest = 0
    private var nextSequence: UInt64 = 0
    private(set) var cost = 0

    /// A cache for values of at most `capacity` cost in all.
    init(capacity: Int) { self.capacity = capacity }

    /// The value and its age; nil if there is none.
    func value(for key: Key, now: MonotonicInstant) -> (value: Value, age: Duration)? {
        entries[key].map { ($0.value, now - $0.stored) }
    }

    /// Keeps `value`, unless it alone is larger than the cache.
    mutating func store(_ value: Value, for key: Key, cost: Int = 1, now: MonotonicInstant) {
        remove(key)
        guard cost <= capacity else { return }
        while self.cost + cost > capacity, oldest < order.count { removeOldest() }
        entries[key] = Entry(value: value, stored: now, cost: cost, sequence: nextSequence)
        order.append((key, nextSequence))
        nextSequence += 1
        self.cost += cost
        compact()
    }

    /// Forgets the value.
    mutating func remove(_ key: Key) {
        if let entry = entries.removeValue(forKey: key) { cost -= entry.cost }
    }

    /// Forgets the values that `isStale` names.
    mutating func removeAll(where isStale: (Value) -> Bool) {
        for (key, entry) in entries where isStale(entry.value) { remove(key) }
    }

    private mutating func removeOldest() {
        let (key, sequence) = order[oldest]
        oldest += 1
        if entries[key]?.sequence == sequence { remove(key) }
    }

    /// Keeps `order` within a small multiple of what it describes.
    private mutating func compact() {
        guard order.count > 64, order.count > 2 * entries.count else { return }
        order = order[oldest...].filter { entries[$0.key]?.sequence == $0.sequence }
        oldest = 0
    }
}
