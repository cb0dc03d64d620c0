import Core
import Cryptography
import Observability
import Redis
import Tenancy

/// Who this worker is, and the shared services that decide who may use it.
struct WorkerTenancy: Sendable {
    let authenticator: any Authenticator
    let admission: any Admission
    let registry: any WorkerRegistry
    let clips: any TenantClips
    let registration: WorkerRegistration

    init(_ settings: WorkerSettings, registration: WorkerRegistration, redis: any RedisClient, logger: Logger) throws {
        let services = try TenancyServices(
            redis: redis, masterKey: settings.masterKey, configuration: settings.tenancy, logger: logger)
        authenticator = services.authenticator
        admission = services.admission
        registry = services.workers
        clips = services.clips
        self.registration = registration
    }
}
