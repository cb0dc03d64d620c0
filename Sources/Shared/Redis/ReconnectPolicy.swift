/// How long to wait before the next attempt to connect: doubling, capped, and random below it ("full jitter").
struct ReconnectPolicy: Sendable {
    let shortest: Duration
    let longest: Duration

    /// The pause before attempt number `attempt` (from 1); `random` is in 0..<1.
    func pause(before attempt: Int, random: Double) -> Duration {
        // 2^20 times any sensible pause is past the cap; the bound keeps the shift from overflowing.
        let ceiling = min(longest, shortest * (1 << min(max(attempt - 1, 0), 20)))
        return max(.milliseconds(1), ceiling * random)
    }
}
