import Core
import Redis
import Synchronization

/// The worker registry in the shared store, with this process's picture of it.
final class RedisWorkerRegistry: WorkerRegistry {
    /// Workers read at most.
    static let mostWorkers = 500
    /// How long a silent worker's record is kept.
    static let retention = Duration.seconds(3600)

    /// Age at which a worker's sign of life takes the picture anew.
    static let heartbeatPictureAge = Duration.seconds(10)

    private struct Picture {
        var workers: [WorkerStatus] = []
        var taken: MonotonicInstant?
        var isBeingTaken = false
    }

    private let redis: any RedisClient
    private let configuration: TenancyConfiguration
    private let clock: TenancyClock
    private let picture = Mutex(Picture())

    init(redis: any RedisClient, configuration: TenancyConfiguration, clock: TenancyClock) {
        (self.redis, self.configuration, self.clock) = (redis, configuration, clock)
    }

    func register(_ worker: WorkerRegistration) async throws(TenancyError) {
        _ = try await beat(worker, forcing: WorkerStatus.State.ready.rawValue)
    }

    func heartbeat(
        _ worker: WorkerRegistration, isDraining: Bool
    ) async throws(TenancyError) -> WorkerStatus.State {
        let state = try await beat(worker, forcing: isDraining ? WorkerStatus.State.draining.rawValue : "")
        // A worker shares a tenant's limit with the others while the store is away, so it must know how many there are.
        _ = try? await workers(olderThan: Self.heartbeatPictureAge)
        return state
    }

    func setState(_ state: WorkerStatus.State, of worker: WorkerID) async throws(TenancyError) {
        let reply = try await WorkerScripts.setState.ask(
            redis, keys: [.worker(configuration.pool, worker)], arguments: [state.rawValue])
        guard reply.number == 1 else { throw TenancyError(.notFound) }
    }

    func remove(_ worker: WorkerID) async throws(TenancyError) {
        let pool = configuration.pool
        _ = try await WorkerScripts.remove.ask(
            redis, keys: [.worker(pool, worker), .workerSlots(pool, worker), .workers(pool)],
            arguments: [worker.rawValue])
    }

    func workers() async throws(TenancyError) -> [WorkerStatus] {
        try await workers(olderThan: configuration.workerListAge)
    }

    /// The workers, read again if the picture is older than `age`.
    ///
    /// While one task reads, the others use the old picture, but for those to whom it was of no use: an age below that of the
    /// worker list asks for a picture from now.
    func workers(olderThan age: Duration) async throws(TenancyError) -> [WorkerStatus] {
        let now = clock.monotonic()
        let known: [WorkerStatus]? = picture.withLock { picture in
            guard let taken = picture.taken else { return nil }
            let mayBeOld = picture.isBeingTaken && age >= configuration.workerListAge
            if now - taken < age || mayBeOld { return picture.workers }
            picture.isBeingTaken = true
            return nil
        }
        if let known { return known }
        do {
            let workers = try await read()
            picture.withLock { $0 = Picture(workers: workers, taken: clock.monotonic()) }
            return workers
        } catch {
            let stale: [WorkerStatus]? = picture.withLock { picture in
                picture.isBeingTaken = false
                guard let taken = picture.taken, now - taken < configuration.storeFailureGrace else { return nil }
                return picture.workers
            }
            guard error.code == .storeUnavailable, let stale else { throw error }
            return stale
        }
    }

    /// The workers last seen, if that was no longer than `age` ago.
    func lastKnown(within age: Duration) -> [WorkerStatus]? {
        let now = clock.monotonic()
        return picture.withLock { picture in picture.taken.flatMap { now - $0 < age ? picture.workers : nil } }
    }

    /// Counts a reservation in the picture, so that the next draw does not see the slot as free.
    func noteReservation(on worker: WorkerID) {
        picture.withLock { picture in
            guard let index = picture.workers.firstIndex(where: { $0.registration.id == worker }) else { return }
            picture.workers[index].used += 1
        }
    }

    private func beat(_ worker: WorkerRegistration, forcing state: String) async throws(TenancyError)
        -> WorkerStatus.State
    {
        let pool = configuration.pool
        let reply = try await WorkerScripts.beat.ask(
            redis, keys: [.worker(pool, worker.id), .workerSlots(pool, worker.id), .workers(pool)],
            arguments: [
                worker.id.rawValue, worker.address, worker.publicURL ?? "", String(worker.capacity),
                String(Self.retention.wholeMilliseconds), state,
            ])
        guard let state = reply.text.flatMap(WorkerStatus.State.init) else { throw .unreadable("worker state") }
        return state
    }

    private func read() async throws(TenancyError) -> [WorkerStatus] {
        let pool = configuration.pool
        let nobody = WorkerID("")
        let reply = try await WorkerScripts.list.ask(
            redis, keys: [.workers(pool), .worker(pool, nobody), .workerSlots(pool, nobody)],
            arguments: [String(configuration.heartbeatMaximum.wholeMilliseconds), String(Self.mostWorkers)])
        guard let rows = reply.array else { throw .unreadable("workers") }
        return rows.compactMap { WorkerStatus(row: $0.array ?? []) }
    }
}

extension WorkerStatus {
    /// One row of the `list workers` script; nil if it is not one.
    init?(row: [RedisReply]) {
        guard row.count == 7, let id = row[0].text, let address = row[1].text, let url = row[2].text,
            let capacity = row[3].number, let state = row[4].text.flatMap(State.init), let used = row[5].number,
            let silence = row[6].number
        else { return nil }
        self.init(
            registration: WorkerRegistration(
                id: WorkerID(id), address: address, publicURL: url.isEmpty ? nil : url, capacity: Int(capacity)),
            state: state, used: Int(used), silence: .milliseconds(silence))
    }
}
