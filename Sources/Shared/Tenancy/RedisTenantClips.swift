import Core
import Cryptography
import Redis

/// The typing sounds of tenants in the shared store: base64 in a record of their own, since few are ever read.
struct RedisTenantClips: TenantClips {
    let redis: any RedisClient
    let deadline: Duration

    func clip(of tenant: TenantID) async throws(TenancyError) -> [UInt8]? {
        let reply = try await redis.ask(RedisCommand("GET", RedisKey.clip(tenant).name), deadline: deadline)
        guard let stored = reply.text else { return nil }
        guard let file = Base64URL.decode(stored) else { throw .unreadable("typing clip") }
        return file
    }

    func setClip(_ file: [UInt8]?, of tenant: TenantID) async throws(TenancyError) {
        let reply = try await Self.script.ask(
            redis, keys: [.tenant(tenant), .clip(tenant)], arguments: file.map { [Base64URL.encode($0)] } ?? [],
            deadline: deadline)
        guard reply.number == 1 else { throw TenancyError(.notFound) }
    }

    /// Sets a tenant's clip to ARGV[1], or removes it if there is none; 1 if there is such a tenant.
    private static let script = RedisScript(
        name: "set clip",
        """
        if redis.call('HEXISTS', KEYS[1], 'status') == 0 then return 0 end
        if ARGV[1] then redis.call('SET', KEYS[2], ARGV[1]) else redis.call('DEL', KEYS[2]) end
        return 1
        """)
}
