package import Core

/// A session that passed every limit and has a slot on a worker: what the edge forwards by and the worker renews.
package struct Assignment: Sendable, Hashable {
    /// The session it is for.
    package let session: SessionID
    /// Whose session it is.
    package let tenant: TenantID
    /// The API key it counts against.
    package let key: KeyID
    /// Who serves it.
    package let worker: WorkerID
    /// `host:port` by which the edge reaches the worker.
    package let address: String
    /// The WebSocket URL of the worker for direct connections, if it has a public one.
    package let publicURL: String?
    /// Rises with every reservation on a worker; a writer with an older one is refused.
    package let fence: Int64
    /// Admitted without the store, within this worker's bounded share; has no lease until the store is back.
    package let isLocal: Bool

    /// An assignment with these values.
    package init(
        session: SessionID, tenant: TenantID, key: KeyID, worker: WorkerID, address: String, publicURL: String? = nil,
        fence: Int64, isLocal: Bool = false
    ) {
        self.session = session
        self.tenant = tenant
        self.key = key
        self.worker = worker
        self.address = address
        self.publicURL = publicURL
        self.fence = fence
        self.isLocal = isLocal
    }
}

/// A session that passed every limit but has no worker yet (step 1 of 2).
package struct AdmissionTicket: Sendable, Hashable {
    /// The session it is for.
    package let session: SessionID
    /// Whose session it is.
    package let tenant: TenantID
    /// The API key it counts against.
    package let key: KeyID
    /// Live sessions of the tenant, this one included.
    package let concurrentSessions: Int
    /// The tenant's limit of them; zero means unlimited.
    package let concurrentSessionLimit: Int
    /// The same session was admitted before; nothing was counted twice.
    package let isRepeat: Bool

    /// A ticket with these values.
    package init(
        session: SessionID, tenant: TenantID, key: KeyID, concurrentSessions: Int, concurrentSessionLimit: Int,
        isRepeat: Bool
    ) {
        self.session = session
        self.tenant = tenant
        self.key = key
        self.concurrentSessions = concurrentSessions
        self.concurrentSessionLimit = concurrentSessionLimit
        self.isRepeat = isRepeat
    }
}

/// What one round of lease renewal found.
package struct RenewalOutcome: Sendable, Hashable {
    /// Sessions that must stop now: their lease went to somebody else, or they were ended from outside.
    package var lost: [SessionID]
    /// Sessions whose tenant has been suspended; they should be closed with `tenant_suspended`.
    package var suspended: [SessionID]
    /// Sessions whose key or client secret has been revoked; they should be closed with `credential_revoked`.
    package var revoked: [SessionID]
    /// The store could not be asked.
    ///
    /// Nothing is lost by that alone; `lost` names only what has run past its grace.
    package var isStoreUnavailable: Bool

    /// An outcome with these values.
    package init(
        lost: [SessionID] = [], suspended: [SessionID] = [], revoked: [SessionID] = [], isStoreUnavailable: Bool = false
    ) {
        self.lost = lost
        self.suspended = suspended
        self.revoked = revoked
        self.isStoreUnavailable = isStoreUnavailable
    }
}
