/// Arrays of sent messages, kept for the next ones.
///
/// Used on the loop only.
struct BufferPool {
    private var spare: [[UInt8]] = []
    /// Arrays kept at most.
    private static let maximumCount = 64
    /// A larger array is given back to the system.
    private static let maximumCapacity = 32 << 10

    /// An empty array, with capacity if one was kept.
    mutating func take() -> [UInt8] { spare.popLast() ?? [] }

    /// Keeps an array for reuse.
    mutating func give(_ array: consuming [UInt8]) {
        guard spare.count < Self.maximumCount, array.capacity > 0, array.capacity <= Self.maximumCapacity else {
            return
        }
        array.removeAll(keepingCapacity: true)
        spare.append(array)
    }
}
