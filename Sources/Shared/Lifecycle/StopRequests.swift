/// Counts how often a process was asked to stop, and lets others wait for a count.
actor StopRequests {
    private(set) var count = 0
    private var waiting: [(id: Int, count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    private var nextID = 0

    /// One more request.
    func add() {
        count += 1
        let due = waiting.filter { $0.count <= count }
        waiting.removeAll { $0.count <= count }
        for waiter in due { waiter.continuation.resume() }
    }

    /// A first request, if there was none: the source of requests has ended.
    func addIfNone() {
        if count == 0 { add() }
    }

    /// Returns once there were `wanted` requests, or at once when the task is cancelled.
    func reached(_ wanted: Int) async {
        guard count < wanted else { return }
        nextID += 1
        let id = nextID
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard count < wanted, !Task.isCancelled else { return continuation.resume() }
                waiting.append((id, wanted, continuation))
            }
        } onCancel: {
            Task { await self.giveUp(id) }
        }
    }

    private func giveUp(_ id: Int) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index).continuation.resume()
    }
}
