/// Counts sockets, in total and per address.
///
/// Used on the loop only.
struct ConnectionLimiter {
    private let maximum: Int
    private let maximumPerAddress: Int
    private(set) var count = 0
    private var counts: [String: Int] = [:]

    init(maximum: Int, maximumPerAddress: Int) {
        self.maximum = maximum
        self.maximumPerAddress = maximumPerAddress
    }

    /// Takes a place; false when there is none.
    mutating func admit(_ address: String) -> Bool {
        let current = counts[address, default: 0]
        guard count < maximum, current < maximumPerAddress else { return false }
        count += 1
        counts[address] = current + 1
        return true
    }

    /// Gives a place back.
    mutating func release(_ address: String) {
        guard let current = counts[address] else { return }
        count -= 1
        counts[address] = current > 1 ? current - 1 : nil
    }
}
