import Core

/// Counts pieces of work, and the time since the first of them, in one turn of the loop.
struct TurnShare {
    private var turn: UInt64?
    private var pieces = 0
    private var began = MonotonicInstant.zero

    /// Counts one more piece; false when this turn has had `limit` of them, or `time`.
    mutating func mayTake(_ limit: Int, _ time: Duration, turn: UInt64, now: MonotonicInstant) -> Bool {
        if turn != self.turn {
            self.turn = turn
            pieces = 0
            began = now
        }
        guard pieces < limit, now - began < time else { return false }
        pieces += 1
        return true
    }
}
