import Core
import Cryptography
import Redis
import Synchronization

/// Proves API keys against the store and ephemeral keys by their signature.
///
/// DESIGN. An API key costs one keyed hash and, when it is not in the cache, two reads; an unknown key id costs the same as a
/// known one with a wrong secret. The cache is keyed by the hash of the whole key, so only a key that was right can be in
/// it; it counts for seconds, and for minutes while the store is away. What the store alone knows (revoked token, cut-off,
/// suspended tenant) is checked again by the admission script, so a cached answer admits nobody by itself.
final class RedisAuthenticator: Authenticator {
    /// API keys remembered at most, fewer where tenants set much: each begun KiB of it counts as another key.
    static let cacheCapacity = 10_000
    /// Longest credential looked at, in bytes; the longest genuine one is an ephemeral key.
    static let longestCredential = JSONWebToken.maximumLength + 3

    private let redis: any RedisClient
    private let digest: APIKeyDigest
    private let ring: SigningKeyRing
    private let configurations: SessionConfigurationStore
    private let seal: BehaviorSeal
    private let limits: KnownLimits
    private let configuration: TenancyConfiguration
    private let clock: TenancyClock
    private let cache = Mutex(BoundedCache<[UInt8], Principal>(capacity: cacheCapacity))

    init(
        redis: any RedisClient, digest: APIKeyDigest, ring: SigningKeyRing, configurations: SessionConfigurationStore,
        seal: BehaviorSeal, limits: KnownLimits, configuration: TenancyConfiguration, clock: TenancyClock
    ) {
        (self.redis, self.digest, self.ring, self.configurations) = (redis, digest, ring, configurations)
        (self.seal, self.limits, self.configuration, self.clock) = (seal, limits, configuration, clock)
    }

    func authenticate(_ credential: Secret) async throws(TenancyError) -> Principal {
        guard !credential.revealed.isEmpty else { throw TenancyError(.missingCredentials) }
        let isEphemeral = credential.revealed.hasPrefix(EphemeralKeyText.prefix)
        guard credential.revealed.utf8.count <= Self.longestCredential else {
            throw TenancyError(isEphemeral ? .invalidClientSecret : .invalidAPIKey)
        }
        if let token = EphemeralKeyText.token(in: credential) { return try await authenticate(token: token) }
        return try await authenticate(apiKey: credential)
    }

    func sessionConfiguration(of principal: Principal) async throws(TenancyError) -> String? {
        guard let grant = principal.grant else { return nil }
        return try await configurations.load(grant.configurationDigest, tenant: principal.tenant)
    }

    private func authenticate(apiKey: Secret) async throws(TenancyError) -> Principal {
        guard let id = digest.keyID(of: apiKey) else { throw TenancyError(.invalidAPIKey) }
        let code = digest.code(of: apiKey)
        let cached = cache.withLock { $0.value(for: code, now: clock.monotonic()) }
        if let cached, cached.age < configuration.keyCacheAge { return try unexpired(cached.value) }
        do {
            let principal = try await read(id, code: code)
            let cost = 1 + ((principal.behavior?.utf8.count ?? 0) + 1023) / 1024
            cache.withLock { $0.store(principal, for: code, cost: cost, now: clock.monotonic()) }
            return principal
        } catch  where error.code == .storeUnavailable {
            guard let cached, cached.age < configuration.staleKeyCacheAge else { throw error }
            return try unexpired(cached.value)
        } catch {
            cache.withLock { $0.remove(code) }
            throw error
        }
    }

    private func read(_ id: KeyID, code: [UInt8]) async throws(TenancyError) -> Principal {
        let record = try await redis.ask(APIKeyRecord.readCommand(id)).array ?? []
        let stored = record.first?.text.flatMap { Base64URL.decode($0) } ?? []
        // A missing record is compared too, against a code nobody can have.
        let expected = stored.count == code.count ? stored : [UInt8](repeating: 0, count: code.count)
        guard constantTimeEqual(code, expected), stored.count == code.count,
            let key = APIKeyRecord(id: id, reply: record)
        else { throw TenancyError(.invalidAPIKey) }
        guard !key.isRevoked else { throw TenancyError(.revoked) }
        let tenant =
            try await redis.ask(
                RedisCommand("HMGET", RedisKey.tenant(key.tenant).name, "status", "l.conc", BehaviorSeal.field)
            ).array ?? []
        switch tenant.first?.text {
        case Tenant.Status.active.rawValue: break
        case .some: throw TenancyError(.tenantSuspended)
        case nil: throw TenancyError(.invalidAPIKey)
        }
        guard tenant.count == 3 else { throw .unreadable("tenant") }
        if let limit = tenant[1].number { limits.note(Int(limit), of: key.tenant, now: clock.monotonic()) }
        let behavior = try tenant[2].text.map { stored throws(TenancyError) in try seal.open(stored, of: key.tenant) }
        return try unexpired(
            Principal(
                tenant: key.tenant, key: id, credential: .apiKey, expires: key.expires,
                keyConcurrentSessions: key.concurrentSessions, behavior: behavior))
    }

    /// Reads the keys of `tenant` again at their next use.
    func forget(_ tenant: TenantID) { cache.withLock { $0.removeAll { $0.tenant == tenant } } }

    private func unexpired(_ principal: Principal) throws(TenancyError) -> Principal {
        if let expires = principal.expires, expires <= clock.wall() { throw TenancyError(.expiredAPIKey) }
        return principal
    }

    private func authenticate(token text: String) async throws(TenancyError) -> Principal {
        let token: JSONWebToken
        do { token = try JSONWebToken(parsing: text, type: EphemeralKeyText.type) } catch {
            throw TenancyError(.invalidClientSecret, underlying: error.description)
        }
        guard let key = try await ring.verifyingKey(token.keyID) else {
            throw TenancyError(.invalidClientSecret, underlying: "unknown signing key")
        }
        let claims: EphemeralClaims
        do {
            claims = try token.verify(
                with: key, expecting: .init(issuer: configuration.issuer, audience: configuration.audience),
                now: clock.wall())
        } catch {
            throw TenancyError(
                error.code == .expired ? .clientSecretExpired : .invalidClientSecret, underlying: error.description)
        }
        guard claims.scp == EphemeralKeyText.scope, let shape = SessionShape(rawValue: claims.shape) else {
            throw TenancyError(.invalidClientSecret, underlying: "unknown scope or shape")
        }
        return Principal(
            tenant: TenantID(claims.tid), key: KeyID(claims.kid_ref),
            credential: .ephemeral(
                EphemeralGrant(
                    tokenID: claims.jti, issued: UnixTime(seconds: claims.iat), shape: shape,
                    configurationDigest: claims.cfg)),
            expires: UnixTime(seconds: claims.exp), keyConcurrentSessions: max(0, claims.kcl ?? 0))
    }
}
