package import Cryptography
package import Observability
package import Redis

/// All of tenancy over one store: what a composition root builds once and hands out in parts.
package struct TenancyServices: Sendable {
    /// For the admin API and the bootstrap.
    package let directory: any TenantDirectory
    /// For whoever takes a credential.
    package let authenticator: any Authenticator
    /// For the REST surface that mints.
    package let issuer: any EphemeralKeyIssuer
    /// For the operator's rotation.
    package let signingKeys: any SigningKeyRotation
    /// For the edge and for workers.
    package let admission: any Admission
    /// For workers to register, and for operators.
    package let workers: any WorkerRegistry
    /// For the REST surface: how the sessions of tenants feel.
    package let behaviors: any TenantBehaviors
    /// For the REST surface and for workers: what the typing of tenants sounds like.
    package let clips: any TenantClips
    /// For the REST surface.
    package let limiter: any RequestLimiter

    /// How long an operation of the admin API, or one that moves a session configuration, may take in the store.
    private static let adminDeadline = Duration.milliseconds(250)

    /// Wires the services to `redis`, with every secret under `masterKey`.
    ///
    /// Throws `primitive_failed`.
    package init(
        redis: any RedisClient, masterKey: MasterKey, configuration: TenancyConfiguration = TenancyConfiguration(),
        clock: TenancyClock = .system, logger: Logger
    ) throws(CryptographyError) {
        let digest = try APIKeyDigest(masterKey: masterKey)
        let limits = KnownLimits()
        let ring = try SigningKeyRing(redis: redis, masterKey: masterKey, clock: clock)
        let configurations = try SessionConfigurationStore(
            redis: redis, masterKey: masterKey, clock: clock, deadline: Self.adminDeadline)
        let registry = RedisWorkerRegistry(redis: redis, configuration: configuration, clock: clock)
        directory = RedisTenantDirectory(redis: redis, digest: digest, clock: clock, deadline: Self.adminDeadline)
        let seal = try BehaviorSeal(masterKey: masterKey)
        let authenticator = RedisAuthenticator(
            redis: redis, digest: digest, ring: ring, configurations: configurations, seal: seal, limits: limits,
            configuration: configuration, clock: clock)
        self.authenticator = authenticator
        behaviors = RedisTenantBehaviors(redis: redis, seal: seal, deadline: Self.adminDeadline) {
            authenticator.forget($0)
        }
        let minting = RedisEphemeralKeyIssuer(
            redis: redis, ring: ring, configurations: configurations, configuration: configuration, clock: clock)
        (issuer, signingKeys) = (minting, minting)
        clips = RedisTenantClips(redis: redis, deadline: Self.adminDeadline)
        admission = RedisAdmission(
            redis: redis, registry: registry, limits: limits, configuration: configuration, clock: clock, logger: logger
        )
        workers = registry
        limiter = RedisRequestLimiter(redis: redis)
    }
}
