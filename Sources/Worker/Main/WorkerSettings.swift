import Budgets
import Core
import Cryptography
import Redis
import RealtimeProtocol
import ServerTools
import Sessions
import Tenancy

/// Everything that an operator can set on a worker, read once at the start.
struct WorkerSettings: Sendable {
    let address: String
    let port: Int
    let opsAddress: String
    let opsPort: Int
    /// How long the sessions' loop may stand still before the worker counts as not alive.
    let loopStallLimit: Duration
    /// How often a client is pinged.
    let pingInterval: Duration
    /// How long a client may take to answer a ping.
    let pongTimeout: Duration
    /// `host:port` for the edge, if it differs from what the worker listens on.
    let endpoint: String?
    /// What clients dial directly, if they can.
    let directURL: String?
    let capacity: Int
    let drainTimeout: Duration
    let redis: RedisAddress
    let masterKey: MasterKey
    let tenancy: TenancyConfiguration
    /// Model names that sessions may use; empty: any.
    let models: [String]
    let voiceActivityWeights: String
    let pocketSphinxModel: String
    let decoders: Int
    /// Where phrases are kept on disk.
    let phraseDirectory: String?
    /// Bytes of kept audio.
    let keptAudio: Int
    var session: SessionSettings
    /// What all sessions may use together.
    let budgets: WorkerBudgets
    /// How conversations feel where neither tenant nor client says.
    let behavior: SessionBehavior
    let serverToolDestinations: DestinationPolicy
    /// A PEM file, if not the system's authorities are to be trusted.
    let serverToolAuthorities: String?

    /// - Throws: `ConfigurationError` with a sentence for what cannot be used.
    init(_ reader: ConfigurationReader) throws {
        address = reader[Settings.workerAddress]
        port = reader[Settings.workerPort]
        opsAddress = reader[Settings.workerOpsAddress] ?? reader[Settings.workerAddress]
        opsPort = reader[Settings.workerOpsPort]
        loopStallLimit = reader[Settings.loopStallLimit]
        pingInterval = reader[Settings.pingInterval]
        pongTimeout = reader[Settings.pongTimeout]
        endpoint = reader[Settings.workerEndpoint]
        directURL = reader[Settings.workerURL]
        capacity = reader[Settings.workerSessions]
        drainTimeout = reader[Settings.drainTimeout]
        redis = try RedisAddress(reader[Settings.redisURL])
        masterKey = try MasterKey.configured(reader).key
        tenancy = TenancyConfiguration(reader)
        models = reader[Settings.models] ?? []
        voiceActivityWeights = reader[Settings.vadWeights]
        pocketSphinxModel = reader[Settings.pocketSphinxModel]
        decoders = reader[Settings.speechDecoders]
        phraseDirectory = reader[Settings.phraseDirectory]
        var session = SessionSettings()
        session.maximumDuration = reader[Settings.sessionLimit]
        session.maximumIdle = reader[Settings.idleLimit]
        session.contextTokens = reader[Settings.contextTokens]
        session.turnDetection = ServerVAD(reader)
        session.keepsItemAudio = reader[Settings.itemAudio]
        keptAudio = reader[Settings.keptAudio] << 20
        session.budgets.uncommittedAudio = reader[Settings.commitWindow]
        session.summaryModels = SummaryModels(reader)
        session.budgets.conversationBytes = reader[Settings.conversationMemory] << 20
        self.session = session
        var budgets = WorkerBudgets()
        budgets.sessionBytes = reader[Settings.workerMemory] << 20
        self.budgets = budgets
        behavior = SessionBehavior(reader)
        serverToolDestinations = try WorkerTools.destinations(reader)
        serverToolAuthorities = reader[Settings.serverToolAuthorities]
    }

    /// What a session of this kind starts with, opened by an API key of a tenant that set this behaviour.
    func initialConfiguration(kind: SessionKind, model: String, tenant behavior: String?) -> SessionConfiguration {
        var configuration = SessionConfiguration(kind: kind, model: model)
        configuration.input.turnDetection = .serverVAD(session.turnDetection)
        configuration.setBehavior(self.behavior, tenant: behavior)
        vet(&configuration)
        return configuration
    }

    /// The operator may since have closed a model to those who had chosen it.
    func vet(_ configuration: inout SessionConfiguration) {
        configuration.behavior.lower(to: self.behavior)
        if !session.summaryModels.admits(configuration.behavior) {
            configuration.behavior.summary.model = behavior.summary.model
        }
    }
}
