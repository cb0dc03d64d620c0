import Core
import Cryptography
import HTTPServer
import Observability
import RealtimeProtocol
import Redis
import Tenancy

/// Everything the control plane was told, read once at the start.
struct ControlPlaneConfiguration: Sendable {
    let logLevel: Logger.Level
    let redis: RedisAddress
    let masterKey: MasterKey
    /// Whether the master key is one that nobody else has and that ends with this process.
    let forgetsMasterKey: Bool
    let tenancy: TenancyConfiguration
    let apiKey: Secret?
    let models: [String]
    let turnDetection: ServerVAD
    let behavior: SessionBehavior
    let summaryModels: SummaryModels
    let allowedOrigins: [String]
    let trustedProxies: Set<String>
    let publicListener: HTTPServerConfiguration
    let internalListener: HTTPServerConfiguration
    let opsListener: HTTPServerConfiguration
    /// How long requests may go on after a stop was asked for.
    let drainTimeout: Duration

    /// Reads what `reader` holds; throws for what only shows when the values are used.
    init(_ reader: ConfigurationReader) throws(ConfigurationError) {
        logLevel = Logger.Level(name: reader[Settings.logLevel]) ?? .info
        do throws(RedisError) {
            redis = try RedisAddress(reader[Settings.redisURL])
        } catch {
            throw ConfigurationError(
                "\(Settings.redisURL.declaration.name) is no address of a Redis: \(error.message).")
        }
        (masterKey, forgetsMasterKey) = try MasterKey.configured(reader)
        tenancy = TenancyConfiguration(reader)
        apiKey = reader[Settings.apiKey]
        models = reader[Settings.models] ?? []
        turnDetection = ServerVAD(reader)
        behavior = SessionBehavior(reader)
        summaryModels = SummaryModels(reader)
        allowedOrigins = reader[Settings.allowedOrigins]
        trustedProxies = Set(reader[Settings.trustedProxies])
        drainTimeout = reader[Settings.drainTimeout]

        var publicListener = HTTPServerConfiguration(
            name: "public", host: reader[Settings.controlPlaneAddress],
            port: UInt16(reader[Settings.controlPlanePort]))
        publicListener.uncappedPeers.formUnion(trustedProxies)
        self.publicListener = publicListener
        var internalListener = HTTPServerConfiguration(
            name: "internal", host: reader[Settings.controlPlaneInternalAddress],
            port: UInt16(reader[Settings.controlPlaneInternalPort]))
        internalListener.connectionsPerAddress = 0
        self.internalListener = internalListener
        var opsListener = HTTPServerConfiguration(
            name: "ops", host: reader[Settings.controlPlaneOpsAddress],
            port: UInt16(reader[Settings.controlPlaneOpsPort]))
        opsListener.threads = 1
        self.opsListener = opsListener
    }
}
