import Agents
import Core
import EventLoops
import Foundation
import Lifecycle
import Observability
import RealtimeProtocol
import Sessions
import Tenancy
import Transport

/// Decides about every connection: who it is, whether it may have a session here, and in which shape it speaks.
///
/// DESIGN. Everything that needs Redis happens before the upgrade is answered, because only then can a limit or a lack of capacity
/// be told by an HTTP status. Bad credentials and bad requests are accepted and told by an `error` event instead, since browsers
/// hide HTTP bodies from their scripts (protocol section 1.5). A session id that the edge sends along is worth something only
/// together with the credential it was made for.
final class RealtimeGateway: Sendable {
    private let tenancy: WorkerTenancy
    private let directory: SessionDirectory
    private let agents: AgentRegistry
    private let tools: any ServerToolCaller
    private let providers: SessionProviders
    private let settings: WorkerSettings
    private let metrics: WorkerMetrics
    private let readiness: Readiness
    private let loop: any EventLoop
    private let sharedIntake: SharedIntake
    private let logger: Logger

    init(
        tenancy: WorkerTenancy, directory: SessionDirectory, agents: AgentRegistry, tools: any ServerToolCaller,
        providers: SessionProviders, settings: WorkerSettings, metrics: WorkerMetrics, readiness: Readiness,
        loop: any EventLoop, sharedIntake: SharedIntake, logger: Logger
    ) {
        self.sharedIntake = sharedIntake
        self.agents = agents
        self.tools = tools
        self.tenancy = tenancy
        self.directory = directory
        self.providers = providers
        self.settings = settings
        self.metrics = metrics
        self.readiness = readiness
        self.loop = loop
        self.logger = logger
    }

    /// What to do with the connection that sent `request`.
    ///
    /// Called on the loop. Whatever becomes of it but a session ends the reservation that the edge made for it.
    func decide(_ request: UpgradeRequest) async -> UpgradeDecision {
        let decision = await decision(about: request)
        if case .upgrade = decision { return decision }
        if request.reservation != nil {
            // A task of its own: the client may have left, and what was asked for it is cancelled then.
            Task(name: "end of reservation", executorPreference: loop) { await self.giveBack(request) }
        }
        return decision
    }

    private func decision(about request: UpgradeRequest) async -> UpgradeDecision {
        if let fault = request.fault { return .respond(fault) }
        guard SessionAddress(request.path) != nil else { return .respond(.notFound) }
        guard request.wantsWebSocket else { return .respond(.upgradeRequired) }
        guard readiness.state != .draining else { return refuse(Self.draining, request, nil) }
        guard let credential = request.credential else {
            return refuse(TenancyError(.missingCredentials), request, nil)
        }
        var grant: EphemeralGrant?
        do throws(TenancyError) {
            let principal = try await tenancy.authenticator.authenticate(credential)
            grant = principal.grant
            let configuration: SessionConfiguration
            switch await initialConfiguration(request, principal) {
            case .success(let found): configuration = found
            case .failure(let error): return refuse(error, request, grant)
            }
            let assignment = try await admit(request, principal)
            // From here on every way out but a session gives the place back.
            let upgrade = accept(assignment, configuration, principal, shape(of: request, grant))
            try await tenancy.admission.activate(assignment)
            guard readiness.state != .draining else { throw Self.draining }
            return .upgrade(upgrade)
        } catch {
            return refuse(error, request, grant)
        }
    }

    private static let draining = TenancyError(.draining, retryAfter: .seconds(1))

    /// The lease of the session: the edge's reservation if there is one for this credential, else a new one on this worker.
    private func admit(_ request: UpgradeRequest, _ principal: Principal) async throws(TenancyError) -> Assignment {
        let worker = tenancy.registration
        if let reserved = request.reservation {
            do throws(TenancyError) {
                if let assignment = try await tenancy.admission.claim(
                    session: reserved, principal: principal, worker: worker)
                {
                    return assignment
                }
            } catch {
                guard error.code == .storeUnavailable else { throw error }
            }
        }
        var identifiers = IdentifierSource()
        return try await tenancy.admission.admitHere(
            session: identifiers.next(), principal: principal, worker: worker)
    }

    /// Ends the edge's reservation for a session that will not be: the tenant's place is free again at once.
    private func giveBack(_ request: UpgradeRequest) async {
        guard let reserved = request.reservation, let credential = request.credential,
            let principal = try? await tenancy.authenticator.authenticate(credential),
            let assignment = try? await tenancy.admission.claim(
                session: reserved, principal: principal, worker: tenancy.registration)
        else { return }
        await tenancy.admission.end(assignment, reason: "refused")
    }

    private func accept(
        _ assignment: Assignment, _ configuration: SessionConfiguration, _ principal: Principal,
        _ shape: RealtimeShape
    ) -> UpgradeGrant {
        let directory = directory, loop = loop
        return UpgradeGrant(
            abandoned: { loop.execute { directory.giveBack(assignment, reason: "abandoned") } },
            makeHandler: { [self] connection in
                let session = Session(
                    id: assignment.session, configuration: configuration, settings: settings.session,
                    expiresAt: Int(Date().timeIntervalSince1970 + settings.session.maximumDuration.inSeconds),
                    codec: shape.makeCodec(turnDetection: settings.session.turnDetection), connection: connection,
                    providers: providers,
                    agents: SessionAgents(
                        registry: agents, caller: tools, tenant: principal.tenant,
                        definesServerTools: principal.grant == nil),
                    observer: WorkerSessionObserver(
                        directory: directory, metrics: metrics,
                        logger: logger.with([.session: LogValue(assignment.session)])),
                    identifiers: IdentifierSource(), loop: loop, sharedIntake: sharedIntake, logger: logger)
                directory.add(session, assignment)
                session.opened()
                directory.opened(session)
                return SessionHandler(session)
            })
    }

    private func shape(of request: UpgradeRequest, _ grant: EphemeralGrant?) -> RealtimeShape {
        RealtimeShape.selected(
            betaHeader: request.headers.list("openai-beta").joined(separator: ","),
            subprotocols: request.offeredSubprotocols,
            mintedShape: grant.map { $0.shape == .beta ? .beta : .ga },
            isBetaAddress: SessionAddress(request.path)?.isBeta ?? false)
    }

    /// What the session starts with: the client secret's configuration, or the worker's defaults for the model in the URL.
    private func initialConfiguration(
        _ request: UpgradeRequest, _ principal: Principal
    ) async -> Result<SessionConfiguration, ProtocolError> {
        let model = request.query["model"] ?? request.query["deployment"] ?? ""
        let intent = request.query["intent"]
        if let intent, intent != "transcription", intent != "conversation" {
            return .failure(
                ProtocolError(
                    .invalidIntent,
                    "Invalid intent: '\(intent)'. Supported values are: 'conversation' and 'transcription'.",
                    parameter: "intent"))
        }
        var configuration: SessionConfiguration
        do {
            if let text = try await tenancy.authenticator.sessionConfiguration(of: principal) {
                configuration = try SessionConfiguration(stored: Array(text.utf8).span)
                if configuration.kind == .realtime, !model.isEmpty {
                    if let refusal = refusal(of: model) { return .failure(refusal) }
                    configuration.model = model
                }
                // The worker that opens a session need not have the agents of the one that was there when its key was made.
                if agents[configuration.behavior.agent.type] == nil {
                    configuration.behavior.agent.type = settings.behavior.agent.type
                }
                settings.vet(&configuration)
                return .success(configuration)
            }
        } catch {
            return .failure(
                ProtocolError(
                    .invalidAPIKey, "The session configuration of this client secret is no longer stored.",
                    type: .invalidRequest))
        }
        guard intent != "transcription" else {
            configuration = settings.initialConfiguration(
                kind: .transcription, model: "", tenant: principal.behavior)
            if !model.isEmpty { configuration.input.transcription = TranscriptionSettings(model: model) }
            return .success(configuration)
        }
        guard !model.isEmpty else {
            return .failure(
                ProtocolError(.missingModel, "You must provide a model parameter.", parameter: "model"))
        }
        if let refusal = refusal(of: model) { return .failure(refusal) }
        return .success(settings.initialConfiguration(kind: .realtime, model: model, tenant: principal.behavior))
    }

    /// Why no session may have this model; nil if one may.
    private func refusal(of model: String) -> ProtocolError? {
        guard !settings.models.isEmpty, !settings.models.contains(model) else { return nil }
        return ProtocolError(
            .invalidModel,
            "The model '\(model.prefix(64))' is not available. Supported values are: "
                + settings.models.map { "'\($0)'" }.joined(separator: ", ") + ".", parameter: "model")
    }

    private func refuse(
        _ error: TenancyError, _ request: UpgradeRequest, _ grant: EphemeralGrant?
    ) -> UpgradeDecision {
        switch error.code {
        case .concurrentSessionsExceeded, .requests, .sessionStartRate:
            metrics.connectionRefused(.limit)
            return refuse(error, status: 429, .refusedLimit, request, grant)
        case .noCapacity, .draining, .sessionLost, .sessionConflict:
            metrics.connectionRefused(.capacity)
            return refuse(error, status: 503, .refusedCapacity, request, grant)
        case .storeUnavailable, .internal:
            metrics.connectionRefused(.store)
            return refuse(error, status: 503, .refusedCapacity, request, grant)
        default:
            metrics.connectionRefused(.credential)
            return refuse(ProtocolError(.invalidAPIKey, error.message), request, grant)
        }
    }

    /// Limits and capacity: an HTTP status, but for pages, which cannot read one.
    private func refuse(
        _ error: TenancyError, status: Int, _ end: SessionEnd, _ request: UpgradeRequest, _ grant: EphemeralGrant?
    ) -> UpgradeDecision {
        let answer = HTTPAnswer.refusal(status, error)
        guard request.isFromPage else { return .respond(answer) }
        let told = ProtocolError(
            end == .refusedLimit ? .rateLimitExceeded : .serverError, error.message,
            type: end == .refusedLimit ? .rateLimit : .server)
        return refuse(told, end, answer, shape(of: request, grant))
    }

    private func refuse(
        _ error: ProtocolError, _ request: UpgradeRequest, _ grant: EphemeralGrant?
    ) -> UpgradeDecision {
        let isCredential = error.code == .invalidAPIKey
        if !isCredential { metrics.connectionRefused(.request) }
        return refuse(
            error, isCredential ? .refusedCredential : .refusedRequest,
            .refusal(isCredential ? 401 : 400, error), shape(of: request, grant))
    }

    private func refuse(
        _ error: ProtocolError, _ end: SessionEnd, _ answer: HTTPAnswer, _ shape: RealtimeShape
    ) -> UpgradeDecision {
        .refuse(answer: answer) { RefusalHandler(error, end, codec: shape.makeCodec(), on: $0) }
    }
}

extension UpgradeRequest {
    /// The session that the edge reserved for this request, if it names one.
    fileprivate var reservation: SessionID? {
        headers["x-antiphon-session"].flatMap { $0.utf8.count <= 64 ? SessionID($0) : nil }
    }

    /// Whether a script of a web page sent it: such a client reads no HTTP answer, and can put its key nowhere else.
    fileprivate var isFromPage: Bool {
        headers["origin"] != nil && subprotocolKey != nil && bearerToken == nil && apiKeyField == nil
    }
}
