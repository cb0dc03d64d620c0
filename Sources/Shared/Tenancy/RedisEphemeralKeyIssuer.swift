import Core
import Cryptography
import Redis

/// Mints ephemeral keys against the shared store.
final class RedisEphemeralKeyIssuer: EphemeralKeyIssuer, SigningKeyRotation {
    /// How much longer a configuration is kept than the last session that may need it.
    static let configurationMargin = Duration.seconds(60)

    private let redis: any RedisClient
    let ring: SigningKeyRing
    private let configurations: SessionConfigurationStore
    private let configuration: TenancyConfiguration
    private let clock: TenancyClock

    init(
        redis: any RedisClient, ring: SigningKeyRing, configurations: SessionConfigurationStore,
        configuration: TenancyConfiguration, clock: TenancyClock
    ) {
        (self.redis, self.ring, self.configurations) = (redis, ring, configurations)
        (self.configuration, self.clock) = (configuration, clock)
    }

    func mint(_ request: EphemeralKeyRequest, for principal: Principal) async throws(TenancyError) -> EphemeralKey {
        guard case .apiKey = principal.credential else { throw TenancyError(.insufficientScope) }
        let lifetimes = EphemeralKeyRequest.shortestLifetime...EphemeralKeyRequest.longestLifetime
        guard lifetimes.contains(request.lifetime) else {
            throw TenancyError(.invalidValue, message: "The lifetime of a client secret is 10 to 7200 seconds.")
        }
        guard request.configuration.utf8.count <= EphemeralKeyRequest.maximumConfigurationBytes else {
            throw TenancyError(.configurationTooLarge)
        }
        let (keyID, key) = try await ring.signingKey()
        let digest = try await configurations.store(
            request.configuration, tenant: principal.tenant,
            life: request.lifetime + request.sessionCap + Self.configurationMargin)
        let issued = clock.wall()
        let expires = issued + request.lifetime
        do throws(CryptographyError) {
            let tokenID = Base64URL.encode(try RandomBytes.generate(16))
            let claims = EphemeralClaims(
                iss: configuration.issuer, aud: configuration.audience, jti: tokenID, iat: issued.seconds,
                nbf: issued.seconds, exp: expires.seconds, tid: principal.tenant.rawValue,
                kid_ref: principal.key.rawValue, scp: EphemeralKeyText.scope, cfg: digest,
                shape: request.shape.rawValue,
                kcl: principal.keyConcurrentSessions > 0 ? principal.keyConcurrentSessions : nil)
            let token = try JSONWebToken.sign(claims, type: EphemeralKeyText.type, key: key, keyID: keyID)
            return EphemeralKey(
                value: Secret(EphemeralKeyText.prefix + token), tokenID: tokenID, issued: issued, expires: expires)
        } catch { throw TenancyError(error) }
    }

    func revoke(tokenID: String, tenant: TenantID) async throws(TenancyError) {
        let life = EphemeralKeyRequest.longestLifetime + JSONWebToken.Expectation.leeway
        _ = try await redis.ask(
            RedisCommand("SET", RedisKey.revokedToken(tenant, tokenID).name, "1", "PX", String(life.wholeMilliseconds)))
    }

    func publicKeySet() async throws(TenancyError) -> String {
        // A deployment that has not minted yet makes its key now, so that the published set is never empty.
        _ = try await ring.signingKey()
        return try await ring.keySet()
    }

    func rotateSigningKey() async throws(TenancyError) -> String { try await ring.rotate() }
}
