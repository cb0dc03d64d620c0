/// Proposes workers by power-of-two choice: of two drawn at random, the one with the larger free share.
///
/// The picture may be seconds old, so this is a proposal only; the reservation script decides. Two random draws instead of
/// "the least loaded" keep many proposers from all choosing the same worker on the same old picture.
struct CandidateDraw {
    private var remaining: [WorkerStatus]

    /// Draws from the ready ones among `workers`.
    init(_ workers: [WorkerStatus]) { remaining = workers.filter { $0.state == .ready } }

    /// The next `count` candidates in order of preference, never one twice; fewer when there are no more.
    mutating func draw(_ count: Int, using generator: inout some RandomNumberGenerator) -> [WorkerStatus] {
        var drawn: [WorkerStatus] = []
        while drawn.count < count, !remaining.isEmpty {
            var index = Int.random(in: remaining.indices, using: &generator)
            let other = Int.random(in: remaining.indices, using: &generator)
            if remaining[other].freeRatio > remaining[index].freeRatio { index = other }
            drawn.append(remaining.remove(at: index))
        }
        return drawn
    }
}
