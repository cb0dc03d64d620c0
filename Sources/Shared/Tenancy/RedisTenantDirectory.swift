import Core
import Cryptography
import Redis

/// Tenants in the shared store; their keys are in `RedisTenantDirectory+Keys.swift`.
final class RedisTenantDirectory: TenantDirectory {
    /// Names are for people: longer ones are cut.
    static let longestName = 128
    static let pageSizes = 1...100

    let redis: any RedisClient
    let digest: APIKeyDigest
    let clock: TenancyClock
    let deadline: Duration

    init(redis: any RedisClient, digest: APIKeyDigest, clock: TenancyClock, deadline: Duration) {
        (self.redis, self.digest, self.clock, self.deadline) = (redis, digest, clock, deadline)
    }

    func createTenant(name: String, limits: TenantLimits) async throws(TenancyError) -> Tenant {
        var identifiers = IdentifierSource()
        return try await createTenant(identifiers.next(), name: name, limits: limits)
    }

    func tenant(_ id: TenantID) async throws(TenancyError) -> Tenant {
        let reply = try await redis.ask(Tenant.readCommand(id), deadline: deadline)
        guard let tenant = Tenant(id: id, reply: reply.array ?? []) else { throw TenancyError(.notFound) }
        return tenant
    }

    func tenants(limit: Int, after: TenantID?) async throws(TenancyError) -> [Tenant] {
        guard Self.pageSizes.contains(limit) else {
            throw TenancyError(.invalidValue, message: "A page holds 1 to 100 objects.")
        }
        var start = 0
        if let after {
            let rank = try await redis.ask(
                RedisCommand("ZRANK", RedisKey.tenants.name, after.rawValue), deadline: deadline)
            guard let rank = rank.number else { throw TenancyError(.notFound) }
            start = Int(rank) + 1
        }
        let page = try await redis.ask(
            RedisCommand("ZRANGE", RedisKey.tenants.name, String(start), String(start + limit - 1)), deadline: deadline)
        let ids = (page.array ?? []).compactMap { $0.text.map { TenantID($0) } }
        let replies = await redis.sendAll(ids.map(Tenant.readCommand), deadline: deadline)
        var tenants: [Tenant] = []
        for (id, reply) in zip(ids, replies) {
            do { if let tenant = Tenant(id: id, reply: try reply.get().array ?? []) { tenants.append(tenant) } } catch {
                throw TenancyError(error)
            }
        }
        return tenants
    }

    func setLimits(_ limits: TenantLimits, of tenant: TenantID) async throws(TenancyError) {
        guard limits.isValid else { throw TenancyError(.invalidValue, message: "A limit is out of range.") }
        try await update(tenant, limits.storedFields)
    }

    func setStatus(_ status: Tenant.Status, of tenant: TenantID) async throws(TenancyError) {
        try await update(tenant, ["status", status.rawValue])
    }

    func revokeTokens(of tenant: TenantID) async throws(TenancyError) {
        // Issue times have whole seconds: the next second is the first that is surely after everything issued before now.
        try await update(tenant, ["nb", String((clock.wall() + .seconds(1)).seconds)])
    }

    func createTenant(_ id: TenantID, name: String, limits: TenantLimits) async throws(TenancyError) -> Tenant {
        guard limits.isValid else { throw TenancyError(.invalidValue, message: "A limit is out of range.") }
        let tenant = Tenant(id: id, name: String(name.prefix(Self.longestName)), limits: limits, created: clock.wall())
        _ = try await Self.createScript.ask(
            redis, keys: [.tenant(id)], arguments: ["status"] + tenant.storedFields, deadline: deadline)
        _ = try await redis.ask(
            RedisCommand("ZADD", RedisKey.tenants.name, "NX", String(tenant.created.seconds), id.rawValue),
            deadline: deadline)
        return tenant
    }

    /// Sets fields of a tenant that exists.
    ///
    /// Throws `not_found`.
    func update(_ tenant: TenantID, _ fields: [String]) async throws(TenancyError) {
        let reply = try await Self.updateScript.ask(
            redis, keys: [.tenant(tenant)], arguments: fields, deadline: deadline)
        guard reply.number == 1 else { throw TenancyError(.notFound) }
    }

    /// Writes a record unless field ARGV[1] is there already; 1 if it was written.
    static let createScript = RedisScript(
        name: "create record",
        """
        if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
        redis.call('HSET', KEYS[1], unpack(ARGV, 2))
        return 1
        """)

    /// Changes fields of a tenant; 1 if there is one.
    private static let updateScript = RedisScript(
        name: "update tenant",
        """
        if redis.call('HEXISTS', KEYS[1], 'status') == 0 then return 0 end
        redis.call('HSET', KEYS[1], unpack(ARGV))
        return 1
        """)
}
