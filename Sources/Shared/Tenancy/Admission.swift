package import Core

/// Decides whether a session may start and where, and keeps its leases: the one entry for the edge and for workers.
///
/// Every limit is checked in one script and counted only if all pass. A lease expires by itself, so nothing leaks when a
/// process dies. Called from any executor.
package protocol Admission: Sendable {
    /// Step 1 alone: tenant and key limits. Idempotent by session id.
    ///
    /// Throws `tenant_suspended`, `credential_revoked`, `concurrent_sessions_exceeded`, `requests`,
    /// `session_start_rate`, `session_conflict`, `not_found` or `store_unavailable`.
    func admit(session: SessionID, principal: Principal) async throws(TenancyError) -> AdmissionTicket

    /// Both steps, for the edge: limits, then a slot on some worker; takes step 1 back when there is none.
    ///
    /// Throws what `admit` throws, and `no_capacity`.
    func assign(session: SessionID, principal: Principal) async throws(TenancyError) -> Assignment

    /// Both steps on one worker, for a client that dialled it directly. Idempotent by session id.
    ///
    /// Give it a fresh session id; an id that came with the request goes through `claim` first.
    /// Throws what `assign` throws, and `draining`.
    func admitHere(session: SessionID, principal: Principal, worker: WorkerRegistration) async throws(TenancyError)
        -> Assignment

    /// The reservation the edge made for exactly this credential on exactly this worker; nil if there is none, so that a
    /// made-up or foreign session id gets nothing.
    func claim(session: SessionID, principal: Principal, worker: WorkerRegistration) async throws(TenancyError)
        -> Assignment?

    /// The client is really there: reservation becomes a lease. Succeeds once per session.
    ///
    /// Throws `session_lost`, `session_conflict` or `store_unavailable`.
    func activate(_ assignment: Assignment) async throws(TenancyError)

    /// Extends the leases of all live sessions of this worker; to be called every 10 s with jitter.
    ///
    /// Never throws: the store being away ends no session before the grace period is over.
    func renew(_ assignments: [Assignment]) async -> RenewalOutcome

    /// Gives the slot and the leases back; idempotent, never throws: what the store does not hear, expiry repairs.
    func end(_ assignment: Assignment, reason: String) async
}
