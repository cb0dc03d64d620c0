import Agents
import Core
import EventLoops
import Foundation
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
    private let loop: any EventLoop
    private let logger: Logger

    /// Header in which the edge names the session it reserved.
    private static let assignmentHeader = "x-antiphon-session"

    init(
        tenancy: WorkerTenancy, directory: SessionDirectory, agents: AgentRegistry, tools: any ServerToolCaller,
        providers: SessionProviders, settings: WorkerSettings, metrics: WorkerMetrics, loop: any EventLoop,
        logger: Logger
    ) {
        self.agents = agents
        self.tools = tools
        self.tenancy = tenancy
        self.directory = directory
        self.providers = providers
        self.settings = settings
        self.metrics = metrics
        self.loop = loop
        self.logger = logger
    }

    /// What to do with the connection that sent `request`.
    ///
    /// Called on the loop.
    func decide(_ request: UpgradeRequest) async -> UpgradeDecision {
        guard SessionAddress(request.path) != nil else { return .respond(.notFound) }
        guard request.wantsWebSocket else { return .respond(.upgradeRequired) }
        guard let credential = request.credential else {
            return refuse(TenancyError(.missingCredentials), shape(of: request, nil))
        }
        do throws(TenancyError) {
            let principal = try await tenancy.authenticator.authenticate(credential)
            let shape = shape(of: request, principal.grant)
            let configuration: SessionConfiguration
            switch await initialConfiguration(request, principal) {
            case .success(let found): configuration = found
            case .failure(let error):
                await giveBack(request, principal)
                return refuse(error, shape)
            }
            let assignment = try await admit(request, principal)
            try await tenancy.admission.activate(assignment)
            return accept(assignment, configuration, principal, shape)
        } catch {
            return refuse(error, shape(of: request, nil))
        }
    }

    /// The lease of the session: the edge's reservation if there is one for this credential, else a new one on this worker.
    private func admit(_ request: UpgradeRequest, _ principal: Principal) async throws(TenancyError) -> Assignment {
        let worker = tenancy.registration
        if let reserved = request.headers[Self.assignmentHeader], reserved.count <= 64 {
            do throws(TenancyError) {
                if let assignment = try await tenancy.admission.claim(
                    session: SessionID(reserved), principal: principal, worker: worker)
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
    private func giveBack(_ request: UpgradeRequest, _ principal: Principal) async {
        guard let reserved = request.headers[Self.assignmentHeader], reserved.count <= 64,
            let assignment = try? await tenancy.admission.claim(
                session: SessionID(reserved), principal: principal, worker: tenancy.registration)
        else { return }
        await tenancy.admission.end(assignment, reason: "refused")
    }

    private func accept(
        _ assignment: Assignment, _ configuration: SessionConfiguration, _ principal: Principal,
        _ shape: RealtimeShape
    ) -> UpgradeDecision {
        .upgrade { [self] connection in
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
                identifiers: IdentifierSource(), loop: loop, logger: logger)
            directory.add(session, assignment)
            session.opened()
            return SessionHandler(session)
        }
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

    private func refuse(_ error: TenancyError, _ shape: RealtimeShape) -> UpgradeDecision {
        switch error.code {
        case .concurrentSessionsExceeded, .requests, .sessionStartRate:
            metrics.connectionRefused(.limit)
            return .respond(.refusal(429, error))
        case .noCapacity, .draining, .sessionLost, .sessionConflict:
            metrics.connectionRefused(.capacity)
            return .respond(.refusal(503, error))
        case .storeUnavailable, .internal:
            metrics.connectionRefused(.store)
            return .respond(.refusal(503, error))
        default:
            metrics.connectionRefused(.credential)
            return refuse(ProtocolError(.invalidAPIKey, error.message), shape)
        }
    }

    private func refuse(_ error: ProtocolError, _ shape: RealtimeShape) -> UpgradeDecision {
        if error.code != .invalidAPIKey { metrics.connectionRefused(.request) }
        return .upgrade { RefusalHandler(error, codec: shape.makeCodec(), on: $0) }
    }
}
