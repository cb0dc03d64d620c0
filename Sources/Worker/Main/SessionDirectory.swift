import Core
import EventLoops
import Observability
import Sessions
import Tenancy

/// The live sessions of this worker: keeps their leases, ends what lost its lease, and drains.
///
/// Lives on the worker's loop; every method is called there.
final class SessionDirectory: Sendable {
    private struct Entry {
        let session: Session
        let assignment: Assignment
    }

    private let admission: any Admission
    private let metrics: WorkerMetrics
    private let logger: Logger
    private let loop: any EventLoop
    private let live: LoopBound<[SessionID: Entry]>
    private let onEmpty: LoopBound<(@Sendable () -> Void)?>
    /// Leases that are being given back.
    private let ending: LoopBound<[SessionID: Task<Void, Never>]>

    /// How often leases are renewed; a third of the lease, less a fifth for jitter.
    private static let renewalInterval = Duration.seconds(10)

    init(admission: any Admission, metrics: WorkerMetrics, loop: any EventLoop, logger: Logger) {
        self.admission = admission
        self.metrics = metrics
        self.loop = loop
        self.logger = logger
        live = LoopBound([:], loop: loop)
        onEmpty = LoopBound(nil, loop: loop)
        ending = LoopBound([:], loop: loop)
    }

    /// Live sessions now.
    var count: Int { live.withValue { $0.count } }

    /// A session has begun.
    func add(_ session: Session, _ assignment: Assignment) {
        live.withValue { $0[session.id] = Entry(session: session, assignment: assignment) }
        metrics.sessionStarted()
        logger.info(
            "session started",
            [.session: LogValue(session.id), .tenant: LogValue(assignment.tenant), .key: LogValue(assignment.key)])
    }

    /// A session is over: its slot and leases are given back.
    func remove(_ id: SessionID, reason: String) {
        guard let entry = live.withValue({ $0.removeValue(forKey: id) }) else { return }
        metrics.sessionEnded()
        logger.info("session ended", [.session: LogValue(id), .reason: .string(reason)])
        let task = Task(name: "end of session", executorPreference: loop) { [self] in
            await admission.end(entry.assignment, reason: reason)
            await loop.run { self.ending.withValue { $0[id] = nil } }
        }
        ending.withValue { $0[id] = task }
        if live.withValue({ $0.isEmpty }), let done = onEmpty.withValue({ $0 }) { done() }
    }

    /// Renews the leases until the task is cancelled.
    func keepLeases() async {
        while !Task.isCancelled {
            try? await loop.sleep(for: Self.renewalInterval * Double.random(in: 0.8...1.2))
            let entries = await loop.run { self.live.withValue { $0 } }
            guard !entries.isEmpty, !Task.isCancelled else { continue }
            let outcome = await admission.renew(entries.values.map(\.assignment))
            if outcome.isStoreUnavailable { logger.warning("leases not renewed: the store is away") }
            await loop.run { [self] in
                for id in outcome.lost { end(entries[id], "the session's lease was lost") }
                for id in outcome.suspended { end(entries[id], "the tenant is suspended") }
            }
        }
    }

    /// Ends all sessions: waits up to `deadline` for them to end by themselves, then closes them.
    func drain(within deadline: Duration) async {
        let count = await loop.run { self.count }
        guard count > 0 else { return }
        logger.info("draining", [.count: .integer(count)])
        await waitUntilEmpty(within: deadline)
        await loop.run { [self] in for entry in live.withValue({ $0 }).values { entry.session.drain() } }
        await waitUntilEmpty(within: RealtimeServer.closingTime)
    }

    /// Waits until every session that ended has given its lease back.
    func settle() async { for task in await loop.run({ self.ending.withValue { $0 } }).values { await task.value } }

    private func end(_ entry: Entry?, _ reason: String) {
        guard let entry else { return }
        logger.warning(
            "session refused by the store", [.session: LogValue(entry.session.id), .reason: .string(reason)])
        entry.session.drain()
    }

    private func waitUntilEmpty(within deadline: Duration) async {
        await withCheckedContinuation { continuation in
            loop.execute { [self] in
                let waiter = LoopBound<CheckedContinuation<Void, Never>?>(continuation, loop: loop)
                let finish: @Sendable () -> Void = { waiter.withValue { $0.take()?.resume() } }
                loop.schedule(after: deadline, finish)
                onEmpty.withValue { $0 = finish }
                if count == 0 { finish() }
            }
        }
        await loop.run { [self] in onEmpty.withValue { $0 = nil } }
    }
}
