package import Core
package import Lifecycle
package import Observability
package import RealtimeProtocol
package import Tenancy

/// Everything the routes stand on: the seams of the modules below, and what the operator decided.
package struct ControlPlaneServices: Sendable {
    /// Proves who is asking.
    package var authenticator: any Authenticator
    /// Counts REST calls.
    package var limiter: any RequestLimiter
    /// Mints session keys.
    package var issuer: any EphemeralKeyIssuer
    /// Keeps what tenants set for how their sessions feel.
    package var behaviors: any TenantBehaviors
    /// Keeps the typing sounds of tenants.
    package var clips: any TenantClips
    /// Lets sessions in and finds their worker.
    package var admission: any Admission
    /// Knows the workers.
    package var registry: any WorkerRegistry
    /// Whether this process wants requests.
    package var readiness: Readiness
    /// Where everything is counted.
    package var metrics: MetricsRegistry
    /// Whether the store answered last time.
    package var isStoreReachable: @Sendable () async -> Bool
    /// Draws the ids of sessions.
    package var identifiers: IdentifierSource
    /// Which models there are.
    package var models: ModelCatalog
    /// What turn detection has where a client does not say.
    package var turnDetection: ServerVAD
    /// How conversations feel where neither tenant nor client says.
    package var behavior: SessionBehavior
    /// Models that others than the operator may choose for summaries.
    package var summaryModels: SummaryModels
    /// The key by which a tenant's tools recognise our calls; nil: there is none.
    package var webhookSecret: @Sendable (TenantID) -> Secret?
    /// Origins of pages that may call the public API; `*`: all.
    package var allowedOrigins: [String]

    /// Services with these parts.
    package init(
        authenticator: any Authenticator, limiter: any RequestLimiter, issuer: any EphemeralKeyIssuer,
        behaviors: any TenantBehaviors, clips: any TenantClips, admission: any Admission, registry: any WorkerRegistry,
        readiness: Readiness,
        metrics: MetricsRegistry,
        isStoreReachable: @escaping @Sendable () async -> Bool = { true },
        identifiers: IdentifierSource = IdentifierSource(), models: ModelCatalog = ModelCatalog([]),
        turnDetection: ServerVAD = ServerVAD(), behavior: SessionBehavior = SessionBehavior(),
        summaryModels: SummaryModels = .all,
        webhookSecret: @escaping @Sendable (TenantID) -> Secret? = { _ in nil }, allowedOrigins: [String] = ["*"]
    ) {
        self.authenticator = authenticator
        self.limiter = limiter
        self.issuer = issuer
        self.behaviors = behaviors
        self.clips = clips
        self.admission = admission
        self.registry = registry
        self.readiness = readiness
        self.metrics = metrics
        self.isStoreReachable = isStoreReachable
        self.identifiers = identifiers
        self.models = models
        self.turnDetection = turnDetection
        self.behavior = behavior
        self.summaryModels = summaryModels
        self.webhookSecret = webhookSecret
        self.allowedOrigins = allowedOrigins
    }
}
