package import Core
package import Lifecycle
package import Observability
package import Tenancy

/// Everything the routes stand on: the seams of the modules below, and what the operator decided.
package struct ControlPlaneServices: Sendable {
    package var authenticator: any Authenticator
    package var limiter: any RequestLimiter
    package var issuer: any EphemeralKeyIssuer
    package var admission: any Admission
    package var registry: any WorkerRegistry
    package var readiness: Readiness
    package var metrics: MetricsRegistry
    /// Whether the store answered last time.
    package var isStoreReachable: @Sendable () async -> Bool
    /// Civil time; a test decides it.
    package var now: @Sendable () -> UnixTime
    /// Draws the ids of sessions.
    package var identifiers: IdentifierSource
    package var models: ModelCatalog
    /// Origins of pages that may call the public API; `*`: all.
    package var allowedOrigins: [String]

    /// Services with these parts.
    package init(
        authenticator: any Authenticator, limiter: any RequestLimiter, issuer: any EphemeralKeyIssuer,
        admission: any Admission, registry: any WorkerRegistry, readiness: Readiness, metrics: MetricsRegistry,
        isStoreReachable: @escaping @Sendable () async -> Bool = { true }, now: @escaping @Sendable () -> UnixTime,
        identifiers: IdentifierSource = IdentifierSource(), models: ModelCatalog = ModelCatalog([]),
        allowedOrigins: [String] = ["*"]
    ) {
        self.authenticator = authenticator
        self.limiter = limiter
        self.issuer = issuer
        self.admission = admission
        self.registry = registry
        self.readiness = readiness
        self.metrics = metrics
        self.isStoreReachable = isStoreReachable
        self.now = now
        self.identifiers = identifiers
        self.models = models
        self.allowedOrigins = allowedOrigins
    }
}
