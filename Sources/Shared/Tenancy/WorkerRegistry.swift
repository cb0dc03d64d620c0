package import Core

/// Which workers there are.
///
/// Workers call the first four, control planes the rest, from any executor.
package protocol WorkerRegistry: Sendable {
    /// Joins, or joins again after the store lost the worker.
    func register(_ worker: WorkerRegistration) async throws(TenancyError)

    /// Says that the worker is alive, to be called every 2 s; answers the state an operator wants it in.
    ///
    /// Registers again by itself when the store has forgotten the worker. One that drains says so with each heartbeat, and is
    /// never ready again, whatever the store remembers.
    func heartbeat(_ worker: WorkerRegistration, isDraining: Bool) async throws(TenancyError) -> WorkerStatus.State

    /// Stops or resumes placing sessions on the worker.
    func setState(_ state: WorkerStatus.State, of worker: WorkerID) async throws(TenancyError)

    /// Leaves; its reservations go with it.
    func remove(_ worker: WorkerID) async throws(TenancyError)

    /// All workers that were heard of lately, from a picture at most 2 s old (older while the store is away).
    func workers() async throws(TenancyError) -> [WorkerStatus]
}

extension WorkerRegistry {
    /// The heartbeat of a worker that takes sessions.
    package func heartbeat(_ worker: WorkerRegistration) async throws(TenancyError) -> WorkerStatus.State {
        try await heartbeat(worker, isDraining: false)
    }
}
