package import Core

/// The name of one record, and the catalogue of all of them: no other place builds a name.
///
/// Everything of one tenant carries the tag `{ten_…}`, everything of one worker pool `{p:…}`; no script touches two tags.
package struct RedisKey: Sendable, Hashable {
    /// As the server knows it.
    package let name: String
    private init(_ name: String) { self.name = name }

    /// Hash: the tenant's name, status, limits `l.*`, token cut-off `nb`, revoked keys `kr:<key>`, sealed `behavior`.
    ///
    /// No expiry.
    package static func tenant(_ tenant: TenantID) -> RedisKey { of(tenant, "t") }

    /// Sorted set: the tenant's API key ids by time of creation.
    ///
    /// No expiry.
    package static func tenantKeys(_ tenant: TenantID) -> RedisKey { of(tenant, "kx") }

    /// Sorted set: live and reserved sessions of the tenant by the millisecond their lease ends.
    ///
    /// Members expire, the key not.
    package static func tenantLeases(_ tenant: TenantID) -> RedisKey { of(tenant, "l") }

    /// Sorted set: the same for one API key.
    ///
    /// Expires with twice the lease.
    package static func keyLeases(_ tenant: TenantID, _ key: KeyID) -> RedisKey { of(tenant, "lk:\(key)") }

    /// String: theoretical arrival time in microseconds of one rate limit (GCRA).
    ///
    /// Expires when the limit is full again.
    package static func rate(_ tenant: TenantID, _ policy: String) -> RedisKey { of(tenant, "g:\(policy)") }

    /// Hash: one session's state, key, token, worker, fence and times.
    ///
    /// Reserved: four reservations; active: three leases, renewed; ended: 24 h.
    package static func session(_ tenant: TenantID, _ session: SessionID) -> RedisKey { of(tenant, "s:\(session)") }

    /// Sorted set: the tenant's sessions by start in milliseconds.
    ///
    /// No expiry; members leave at the end or by age.
    package static func sessions(_ tenant: TenantID) -> RedisKey { of(tenant, "sx") }

    /// String: one revoked ephemeral key.
    ///
    /// Expires after the longest life of such a key.
    package static func revokedToken(_ tenant: TenantID, _ tokenID: String) -> RedisKey { of(tenant, "rv:\(tokenID)") }

    /// String: a sealed session configuration, named by the SHA-256 of its text.
    ///
    /// Expires when no key can use it any more.
    package static func sessionConfiguration(_ tenant: TenantID, _ digest: String) -> RedisKey {
        of(tenant, "cfg:\(digest)")
    }

    /// String: the tenant's own typing sound, a WAV file in base64.
    ///
    /// No expiry.
    package static func clip(_ tenant: TenantID) -> RedisKey { of(tenant, "clip") }

    /// Sorted set: all tenant ids by time of creation.
    ///
    /// No expiry.
    package static let tenants = RedisKey("ap:tenx")

    /// Hash: one API key's tenant, peppered HMAC `mac`, name, times, last four characters.
    ///
    /// No expiry.
    package static func apiKey(_ key: KeyID) -> RedisKey { RedisKey("ap:k:\(key)") }

    /// Hash: `active` the signing key id, `j:<kid>` its public JWK, `p:<kid>` its sealed private key, `r:<kid>` when it
    /// was retired.
    ///
    /// No expiry.
    package static let signingKeys = RedisKey("ap:jwk")

    /// String: id of the first tenant, set once by bootstrap.
    ///
    /// No expiry.
    package static let bootstrapTenant = RedisKey("ap:boot")

    /// String: whoever holds this job's lock.
    ///
    /// Expires with the job's longest run.
    package static func lock(_ job: StaticString) -> RedisKey { RedisKey("ap:lock:\(job)") }

    /// Hash: one worker's addresses, capacity, state, heartbeat and last fence.
    ///
    /// Expires an hour after its last heartbeat.
    package static func worker(_ pool: String, _ worker: WorkerID) -> RedisKey { of(pool, "w:\(worker)") }

    /// Sorted set: the worker's slots, `<tenant>/<session>` by the millisecond their lease ends.
    ///
    /// Expires as the worker does.
    package static func workerSlots(_ pool: String, _ worker: WorkerID) -> RedisKey { of(pool, "ws:\(worker)") }

    /// Sorted set: worker ids by the millisecond of their last heartbeat.
    ///
    /// Members leave an hour later.
    package static func workers(_ pool: String) -> RedisKey { of(pool, "wx") }

    private static func of(_ tenant: TenantID, _ rest: String) -> RedisKey { RedisKey("ap:{\(tenant)}:\(rest)") }
    private static func of(_ pool: String, _ rest: String) -> RedisKey { RedisKey("ap:{p:\(pool)}:\(rest)") }
}
