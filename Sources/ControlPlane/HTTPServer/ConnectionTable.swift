import Synchronization

/// The connections of one server: how many each peer has, and which have passed a deadline.
///
/// Used from the library's threads and from the timer.
final class ConnectionTable: Sendable {
    private let state = Mutex(State())
    private let perAddress: Int
    private let uncapped: Set<String>

    private struct State {
        var records: [ObjectIdentifier: ConnectionRecord] = [:]
        var counts: [String: Int] = [:]
    }

    init(perAddress: Int, uncapped: Set<String>) {
        self.perAddress = perAddress
        self.uncapped = uncapped
    }

    /// Whether one more connection of `peer` is within its cap.
    func admits(_ peer: String) -> Bool {
        perAddress == 0 || uncapped.contains(peer) || state.withLock { $0.counts[peer, default: 0] } < perAddress
    }

    func add(_ record: ConnectionRecord) {
        state.withLock { state in
            state.records[ObjectIdentifier(record)] = record
            state.counts[record.peer, default: 0] += 1
        }
    }

    func remove(_ record: ConnectionRecord) {
        record.closed()
        state.withLock { state in
            guard state.records.removeValue(forKey: ObjectIdentifier(record)) != nil else { return }
            let left = state.counts[record.peer, default: 1] - 1
            state.counts[record.peer] = left > 0 ? left : nil
        }
    }

    /// Shuts down what has passed its deadline; returns how many.
    func expire(now: ContinuousClock.Instant) -> Int {
        let records = state.withLock { Array($0.records.values) }
        return records.reduce(0) { $1.expire(now: now) ? $0 + 1 : $0 }
    }

    /// Connections open now.
    var count: Int { state.withLock { $0.records.count } }
}
