import Core
import EventLoops
import Observability
import RealtimeProtocol
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
    /// Whether the drain is over: a session that opens all the same ends at once.
    private let isClosing: LoopBound<Bool>
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
        isClosing = LoopBound(false, loop: loop)
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

    /// A session that was added has said so to its client.
    func opened(_ session: Session) { if isClosing.withValue({ $0 }) { session.end(.draining) } }

    /// A session is over: its slot and leases are given back.
    func remove(_ id: SessionID, _ reason: SessionEnd) {
        guard let entry = live.withValue({ $0.removeValue(forKey: id) }) else { return }
        metrics.sessionEnded(reason)
        logger.info("session ended", [.session: LogValue(id), .reason: .string(reason.rawValue)])
        giveBack(entry.assignment, reason: reason.rawValue)
        if live.withValue({ $0.isEmpty }), let done = onEmpty.withValue({ $0 }) { done() }
    }

    /// Gives the slot and leases of a session back that is over, or never began.
    func giveBack(_ assignment: Assignment, reason: String) {
        let id = assignment.session
        let task = Task(name: "end of session", executorPreference: loop) { [self] in
            await admission.end(assignment, reason: reason)
            await loop.run { self.ending.withValue { $0[id] = nil } }
        }
        ending.withValue { $0[id] = task }
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
                for id in outcome.lost { end(entries[id], .leaseLost) }
                for id in outcome.suspended { end(entries[id], .suspended) }
                for id in outcome.revoked { end(entries[id], .revoked) }
            }
        }
    }

    /// Ends all sessions: waits up to `deadline` for them to end by themselves, then closes them.
    func drain(within deadline: Duration) async {
        let count = await loop.run { self.count }
        guard count > 0 else { return await loop.run { self.isClosing.withValue { $0 = true } } }
        logger.info("draining", [.count: .integer(count)])
        await waitUntilEmpty(within: deadline)
        await loop.run { [self] in
            isClosing.withValue { $0 = true }
            for entry in live.withValue({ $0 }).values { entry.session.end(.draining) }
        }
        await waitUntilEmpty(within: RealtimeServer.closingTime)
    }

    /// Waits until every session that ended has given its lease back.
    func settle() async { for task in await loop.run({ self.ending.withValue { $0 } }).values { await task.value } }

    private func end(_ entry: Entry?, _ reason: SessionEnd) {
        guard let entry else { return }
        logger.warning(
            "session refused by the store",
            [.session: LogValue(entry.session.id), .reason: .string(reason.rawValue)])
        entry.session.end(reason)
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
