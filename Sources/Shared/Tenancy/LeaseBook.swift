import Core

/// What one worker knows about the sessions it serves, and what to do with them when the store answers, or does not.
///
/// Pure: time is an argument. The rules: a session whose lease is gone stops, unless the store itself is to blame, in which
/// case it is put back (adopted): the store restarted a moment ago, or a renewal sent while the lease was still good went
/// unanswered, or the session was admitted without the store. A process that was itself asleep past its lease is not adopted:
/// others were admitted in its place in good faith.
struct LeaseBook {
    /// One session served here.
    struct Entry: Equatable {
        let tenant: TenantID
        /// When the store last confirmed the lease.
        var confirmed: MonotonicInstant
        /// When the first renewal since then failed for want of the store, if one did.
        var unanswered: MonotonicInstant?
        /// Admitted without the store and not adopted yet.
        var isLocal: Bool
    }

    private let lease: Duration
    private let grace: Duration
    private let policy: TenancyConfiguration.StoreFailurePolicy
    /// A lease is given up this long before it ends when the policy is `deny`, so that two workers never overlap.
    static let fenceMargin = Duration.seconds(3)

    private(set) var entries: [SessionID: Entry] = [:]

    /// An empty book with these rules.
    init(lease: Duration, grace: Duration, policy: TenancyConfiguration.StoreFailurePolicy) {
        (self.lease, self.grace, self.policy) = (lease, grace, policy)
    }

    /// Sessions of one tenant served here.
    func count(of tenant: TenantID) -> Int { entries.values.count { $0.tenant == tenant } }

    /// A session begins to be served.
    mutating func begin(_ session: SessionID, tenant: TenantID, isLocal: Bool, now: MonotonicInstant) {
        entries[session] = Entry(tenant: tenant, confirmed: now, unanswered: nil, isLocal: isLocal)
    }

    /// A session is not served any more.
    mutating func end(_ session: SessionID) { entries[session] = nil }

    /// The store confirmed the lease.
    mutating func confirmed(_ session: SessionID, now: MonotonicInstant) {
        entries[session]?.confirmed = now
        entries[session]?.unanswered = nil
        entries[session]?.isLocal = false
    }

    /// Whether a session whose lease is gone may be put back; `storeChange` is how long ago the store restarted, if it did.
    func mayAdopt(_ session: SessionID, storeChange: Duration?, window: Duration) -> Bool {
        guard let entry = entries[session] else { return false }
        if entry.isLocal { return true }
        if let storeChange, storeChange <= window { return true }
        guard policy == .local, let unanswered = entry.unanswered else { return false }
        return unanswered - entry.confirmed <= lease
    }

    /// The store did not answer for this session; true if it must stop now.
    mutating func unanswered(_ session: SessionID, now: MonotonicInstant) -> Bool {
        guard var entry = entries[session] else { return false }
        entry.unanswered = entry.unanswered ?? now
        entries[session] = entry
        switch policy {
        case .deny: return now - entry.confirmed >= lease - Self.fenceMargin
        case .local: return now - entry.confirmed >= grace
        }
    }

    /// Whether one more session of `tenant` may be served here without asking the store.
    ///
    /// Bounded by the tenant's limit shared among the live workers, and by what this worker can serve at all.
    func mayBeginLocally(tenant: TenantID, limit: Int, liveWorkers: Int, capacity: Int) -> Bool {
        guard policy == .local, entries.count < capacity else { return false }
        guard limit > 0 else { return true }
        let workers = max(1, liveWorkers)
        return count(of: tenant) < min(limit, (limit + workers - 1) / workers)
    }
}
