import Core
import Lifecycle
package import Observability
import Synchronization
package import Tenancy

/// Removes lost workers from the registry.
///
/// Every control plane runs one; removing is idempotent.
package final class Reaper: Service {
    /// What log lines call it.
    package let name = "reaper"
    private static let period = Duration.seconds(5)
    private static let lostAfter = Duration.seconds(60)
    private let registry: any WorkerRegistry
    private let isStoreReachable: @Sendable () async -> Bool
    private let lease: Duration
    private let executor: (any TaskExecutor)?
    private let logger: Logger
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// A reaper of `registry`, which looks on for one `lease` after the store came back.
    package init(
        registry: any WorkerRegistry, isStoreReachable: @escaping @Sendable () async -> Bool, lease: Duration,
        executor: (any TaskExecutor)?, logger: Logger
    ) {
        self.registry = registry
        self.isStoreReachable = isStoreReachable
        self.lease = lease
        self.executor = executor
        self.logger = logger
    }

    /// Begins to look.
    package func start() async {
        let run = Task(name: name, executorPreference: executor) { await self.run() }
        task.withLock { $0 = run }
    }

    /// Ends looking, the removal under way included.
    package func shutdown() async {
        let running = task.withLock { task in
            defer { task = nil }
            return task
        }
        running?.cancel()
        await running?.value
    }

    private func run() async {
        var machine = ReaperMachine(lostAfter: Self.lostAfter, patience: lease)
        let start = ContinuousClock.now
        while !Task.isCancelled {
            let seen = try? await registry.workers()
            let workers = await isStoreReachable() ? seen : nil
            let elapsed = MonotonicInstant.zero + (ContinuousClock.now - start)
            for worker in machine.observe(workers, now: elapsed) {
                guard (try? await registry.remove(worker)) != nil else { continue }
                logger.warning("lost worker removed", [.worker: LogValue(worker)])
            }
            try? await Task.sleep(for: Self.period)
        }
    }
}
