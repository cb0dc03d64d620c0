import Core
import Cryptography
import Redis

/// The behaviour of tenants in the shared store: sealed, in a field of the tenant's record.
final class RedisTenantBehaviors: TenantBehaviors {
    private let redis: any RedisClient
    private let seal: BehaviorSeal
    private let deadline: Duration
    /// Told after a tenant's text was replaced.
    private let changed: @Sendable (TenantID) -> Void

    init(
        redis: any RedisClient, seal: BehaviorSeal, deadline: Duration, changed: @escaping @Sendable (TenantID) -> Void
    ) {
        (self.redis, self.seal, self.deadline, self.changed) = (redis, seal, deadline, changed)
    }

    func behavior(of tenant: TenantID) async throws(TenancyError) -> String? {
        let reply = try await redis.ask(
            RedisCommand("HMGET", RedisKey.tenant(tenant).name, "status", BehaviorSeal.field), deadline: deadline)
        guard let fields = reply.array, fields.count == 2, fields[0].text != nil else { throw TenancyError(.notFound) }
        return try fields[1].text.map { stored throws(TenancyError) in try seal.open(stored, of: tenant) }
    }

    func setBehavior(_ text: String?, of tenant: TenantID) async throws(TenancyError) {
        let stored = try text.map { text throws(TenancyError) in try seal.close(text, of: tenant) }
        let reply = try await Self.script.ask(
            redis, keys: [.tenant(tenant)], arguments: [BehaviorSeal.field] + (stored.map { [$0] } ?? []),
            deadline: deadline)
        guard reply.number == 1 else { throw TenancyError(.notFound) }
        changed(tenant)
    }

    /// Sets field ARGV[1] of a tenant to ARGV[2], or removes it if there is none; 1 if there is such a tenant.
    private static let script = RedisScript(
        name: "set behavior",
        """
        if redis.call('HEXISTS', KEYS[1], 'status') == 0 then return 0 end
        if ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) else redis.call('HDEL', KEYS[1], ARGV[1]) end
        return 1
        """)
}

/// Seals the text of a tenant's behaviour, which may hold what only the tenant knows.
struct BehaviorSeal: Sendable {
    /// The field of the tenant's record.
    static let field = "behavior"
    private let box: SecretBox

    init(masterKey: MasterKey) throws(CryptographyError) {
        box = SecretBox(key: try masterKey.subkey(.tenantBehavior))
    }

    /// What is stored for `text`.
    func close(_ text: String, of tenant: TenantID) throws(TenancyError) -> String {
        do throws(CryptographyError) {
            return Base64URL.encode(try box.seal(Array(text.utf8), context: Self.context(tenant)))
        } catch {
            throw TenancyError(error)
        }
    }

    /// The text that is stored as `stored`.
    func open(_ stored: String, of tenant: TenantID) throws(TenancyError) -> String {
        guard let sealed = Base64URL.decode(stored), let bytes = try? box.open(sealed, context: Self.context(tenant))
        else { throw .unreadable("tenant behavior") }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func context(_ tenant: TenantID) -> String { "tenant behavior|\(tenant)" }
}
