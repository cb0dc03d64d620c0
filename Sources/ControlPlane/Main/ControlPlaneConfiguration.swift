import Core
import Cryptography
import HTTPServer
import Observability
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
        (masterKey, forgetsMasterKey) = try Self.masterKey(reader)
        var tenancy = TenancyConfiguration()
        tenancy.issuer = reader[Settings.publicURL]
        tenancy.audience = reader[Settings.publicURL]
        self.tenancy = tenancy
        apiKey = reader[Settings.apiKey]
        models = reader[Settings.models] ?? []
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

    private static func masterKey(
        _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> (MasterKey, forgets: Bool) {
        do throws(CryptographyError) {
            if let contents = reader[Settings.masterKey] { return (try MasterKey(fileContents: contents), false) }
            if let passphrase = reader[Settings.jwtSecret] { return (try MasterKey(passphrase: passphrase), false) }
            if reader[Settings.development] { return (try MasterKey.random(), true) }
        } catch {
            throw ConfigurationError("The master key cannot be used: \(error.message).")
        }
        throw ConfigurationError(
            "There is no master key: set \(Settings.masterKey.declaration.fileName) to a file with 32 random bytes in "
                + "hexadecimal (openssl rand -hex 32), or \(Settings.jwtSecret.declaration.name) to 32 characters or more."
        )
    }
}
