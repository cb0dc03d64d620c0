import Agents
import Budgets
import Core
import EventLoops
import HTTPClient
import Lifecycle
import Observability
import Pipeline
import Providers
import RealtimeProtocol
import Redis
import Sessions
import Tenancy
import Transport
import VoiceActivity

/// Builds everything that a worker consists of; the only place that knows the concrete types of several modules.
///
/// One loop carries every socket, session, timer, the connection to Redis and the HTTP client; a small pool carries the speech
/// libraries that block.
struct WorkerApplication {
    private let members: [ServiceGroup.Member]
    private let readiness = Readiness()
    private let logger: Logger

    /// How long the start waits for Redis; without it the worker starts all the same and joins the fleet later.
    private static let storePatience = Duration.seconds(2)
    /// Calls that may wait for the speech libraries; more are refused.
    private static let pendingSpeech = 1_000

    init(_ reader: ConfigurationReader, logger: Logger) throws {
        self.logger = logger
        var settings = try WorkerSettings(reader)
        let selection = try ProviderConfiguration.select(reader)
        settings.session.deadlines = selection.deadlines
        for warning in selection.warnings { logger.warning("a setting has no effect", [.reason: .string(warning)]) }
        let loop = EpollEventLoop(name: "worker")
        let pool = BlockingPool(name: "speech", threads: settings.decoders + 1, capacity: Self.pendingSpeech)
        // One thread, which sessions share in turn; each has one frame there at most.
        let framePool = BlockingPool(name: "frames", threads: 1, capacity: .max)
        let registry = MetricsRegistry()
        let redis = RedisConnection(
            configuration: RedisConfiguration(address: settings.redis), loop: loop, logger: logger)
        let registration = Self.registration(settings)
        let logger = logger.with([.worker: LogValue(registration.id)])
        let tenancy = try WorkerTenancy(settings, registration: registration, redis: redis, logger: logger)
        let metrics = WorkerMetrics(registry: registry)
        let directory = SessionDirectory(admission: tenancy.admission, metrics: metrics, loop: loop, logger: logger)
        let providers = try ProviderRegistry.make(
            selection, httpClient: HTTPClient(loop: loop),
            watcher: WorkerProviderWatcher(metrics: metrics, logger: logger),
            embedded: Self.embedded(settings, pool: pool, logger: logger))
        let agents = AgentRegistry.builtIn
        guard agents[settings.behavior.agent.type] != nil else {
            throw ConfigurationError(
                "DEFAULT_AGENT_TYPE must be one of \(agents.names.joined(separator: ", ")), and there is no "
                    + "'\(settings.behavior.agent.type)'.")
        }
        let memory = MemoryLedger(settings.budgets)
        metrics.show(memory)
        let gateway = RealtimeGateway(
            tenancy: tenancy, directory: directory, agents: agents,
            tools: try WorkerTools.makeCaller(settings, metrics: metrics, loop: loop),
            providers: SessionProviders(
                voiceActivity: try SileroVADFactory(weightsPath: settings.voiceActivityWeights),
                speechToText: providers.speechToText, languageModel: providers.languageModel,
                textToSpeech: providers.textToSpeech,
                comfort: Self.comfort(settings, providers, tenancy.clips, pool: pool, loop: loop, logger: logger),
                memory: memory,
                keptAudio: KeptAudio(limit: settings.keptAudio, pool: pool, loop: loop)),
            settings: settings, metrics: metrics, readiness: readiness, loop: loop,
            sharedIntake: SharedIntake(pool: framePool), logger: logger)
        let budgets = settings.budgets
        let server = RealtimeServer(
            settings: settings, gateway: gateway, directory: directory, tenancy: tenancy, readiness: readiness,
            budgets: budgets, prewarm: { await Self.prewarm(providers, logger) }, loop: loop, logger: logger)
        let watch = LoopWatch(loop, limit: settings.loopStallLimit, registry: registry, clock: { loop.now })
        members = [
            ServiceGroup.Member(
                OperatorServer(
                    address: settings.opsAddress, port: settings.opsPort,
                    health: HealthEndpoints(readiness: readiness, metrics: registry, watch: watch), budgets: budgets,
                    logger: logger)),
            ServiceGroup.Member(
                ClosureService(
                    "event loop",
                    start: {
                        loop.start()
                        watch.start()
                    }, shutdown: { loop.stop() })),
            ServiceGroup.Member(ClosureService("frame pool", start: {}, shutdown: { framePool.stop() })),
            ServiceGroup.Member(ClosureService("speech pool", start: {}, shutdown: { pool.stop() })),
            ServiceGroup.Member(
                ClosureService(
                    "redis",
                    start: {
                        await redis.start()
                        _ = await redis.waitUntilReady(for: Self.storePatience)
                    }, shutdown: { await redis.close() })),
            ServiceGroup.Member(
                server, shutdownWithin: settings.drainTimeout + RealtimeServer.closingTime + .seconds(2)),
        ]
    }

    /// Runs until `stops` asks to stop, then drains.
    func run(until stops: UnixSignals) async throws -> ServiceGroup.Outcome {
        try await ServiceGroup(members, readiness: readiness, logger: logger).run(until: stops)
    }

    private static func registration(_ settings: WorkerSettings) -> WorkerRegistration {
        var identifiers = IdentifierSource()
        return WorkerRegistration(
            id: identifiers.next(), address: settings.endpoint ?? "\(settings.address):\(settings.port)",
            publicURL: settings.directURL, capacity: settings.capacity)
    }

    /// Loads and connects what the first turn would otherwise wait for.
    private static func prewarm(_ providers: ProviderSet, _ logger: Logger) async {
        for case let recogniser as PocketSphinxSTT in providers.speechToText.providers {
            do throws(ProviderError) {
                try await recogniser.load()
            } catch {
                logger.error("the speech recogniser cannot be loaded", [.error: .string(error.message)])
            }
        }
        await providers.prewarm()
    }

    private static func comfort(
        _ settings: WorkerSettings, _ providers: ProviderSet, _ clips: any TenantClips, pool: BlockingPool,
        loop: EpollEventLoop, logger: Logger
    ) -> ComfortAudio {
        let store = settings.phraseDirectory.map { PhraseDirectory($0, pool: pool, logger: logger) }
        return ComfortAudio(
            phrases: PhraseCache(
                textToSpeech: providers.textToSpeech, store: store, loop: loop, logger: logger),
            typing: TypingSounds(clips: StoredTypingClips(store: clips), pool: pool, loop: loop, logger: logger))
    }

    private static func embedded(_ settings: WorkerSettings, pool: BlockingPool, logger: Logger) -> EmbeddedProviders {
        EmbeddedProviders(
            speechToText: {
                var configuration = PocketSphinxConfiguration()
                configuration.acousticModel = settings.pocketSphinxModel + "/en-us"
                configuration.languageModel = settings.pocketSphinxModel + "/en-us.lm.bin"
                configuration.dictionary = settings.pocketSphinxModel + "/cmudict-en-us.dict"
                configuration.decoders = settings.decoders
                return try PocketSphinxSTT(configuration, threads: pool, logger: logger)
            },
            languageModel: { ScriptedLanguageModel() },
            textToSpeech: { try EspeakTTS(pool: pool, logger: logger) })
    }
}
