import Core
import Cryptography
import Redis
import Synchronization

/// The session configurations behind ephemeral keys: stored once per tenant and content, sealed, read through a cache.
final class SessionConfigurationStore: Sendable {
    /// Bytes of configurations kept in this process.
    static let cacheBytes = 16 << 20

    private struct CacheKey: Hashable {
        let tenant: TenantID
        let digest: String
    }

    private let redis: any RedisClient
    private let box: SecretBox
    private let clock: TenancyClock
    private let deadline: Duration
    private let cache = Mutex(BoundedCache<CacheKey, String>(capacity: cacheBytes))

    /// A store sealed under this master key.
    ///
    /// Throws `primitive_failed`.
    init(
        redis: any RedisClient, masterKey: MasterKey, clock: TenancyClock, deadline: Duration
    ) throws(CryptographyError) {
        (self.redis, self.clock, self.deadline) = (redis, clock, deadline)
        box = SecretBox(key: try masterKey.subkey(.sessionConfigurations))
    }

    /// Keeps `json` for at least `life` and answers its digest.
    func store(_ json: String, tenant: TenantID, life: Duration) async throws(TenancyError) -> String {
        let digest = Base64URL.encode(SHA256.digest(json))
        let key = RedisKey.sessionConfiguration(tenant, digest)
        let milliseconds = String(life.wholeMilliseconds)
        let extended = try await Self.extendScript.ask(redis, keys: [key], arguments: [milliseconds])
        if extended.number != 1 {
            var command = RedisCommand("SET", key.name)
            do { command.append(try box.seal(Array(json.utf8), context: Self.context(tenant, digest))) } catch {
                throw TenancyError(error)
            }
            command.append(["PX", milliseconds])
            _ = try await redis.ask(command, deadline: deadline)
        }
        return digest
    }

    /// The configuration with this digest.
    ///
    /// Throws `configuration_missing` or `store_unavailable`.
    func load(_ digest: String, tenant: TenantID) async throws(TenancyError) -> String {
        let cacheKey = CacheKey(tenant: tenant, digest: digest)
        let now = clock.monotonic()
        if let known = cache.withLock({ $0.value(for: cacheKey, now: now) }) { return known.value }
        let reply = try await redis.ask(
            RedisCommand("GET", RedisKey.sessionConfiguration(tenant, digest).name), deadline: deadline)
        guard let sealed = reply.bytes else { throw TenancyError(.configurationMissing) }
        guard let bytes = try? box.open(sealed, context: Self.context(tenant, digest)) else {
            throw .unreadable("session configuration")
        }
        let json = String(decoding: bytes, as: UTF8.self)
        cache.withLock { $0.store(json, for: cacheKey, cost: bytes.count, now: now) }
        return json
    }

    private static func context(_ tenant: TenantID, _ digest: String) -> String {
        "session configuration|\(tenant)|\(digest)"
    }

    /// 1 if the record was there; it then lives at least ARGV[1] milliseconds more.
    private static let extendScript = RedisScript(
        name: "extend configuration",
        """
        if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
        redis.call('PEXPIRE', KEYS[1], ARGV[1], 'GT')
        return 1
        """)
}
