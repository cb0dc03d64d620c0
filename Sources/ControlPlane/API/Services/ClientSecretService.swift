import Core
import HTTPServer
import RealtimeProtocol
import Tenancy

/// The rules of minting: what a request may say, what is stored for the worker, and what is answered.
struct ClientSecretService: Sendable {
    private let issuer: any EphemeralKeyIssuer
    private let models: ModelCatalog
    private let turnDetection: ServerVAD
    private let behavior: SessionBehavior
    private let summaryModels: SummaryModels
    private let ids: SessionIDSource

    init(_ services: ControlPlaneServices) {
        issuer = services.issuer
        models = services.models
        turnDetection = services.turnDetection
        behavior = services.behavior
        summaryModels = services.summaryModels
        ids = SessionIDSource(services.identifiers)
    }

    /// Mints a key for the request in `body` and answers in the endpoint's own shape.
    func mint(
        _ endpoint: ClientSecretEndpoint, _ body: [UInt8], for principal: Principal
    ) async throws(APIError) -> HTTPResponse {
        let request = try read(body, endpoint)
        let configuration = request.configuration(
            defaultModel: models.preferred, turnDetection: turnDetection, behavior: behavior,
            tenant: principal.behavior)
        var start = SessionConfiguration(model: "")
        start.setBehavior(behavior, tenant: principal.behavior)
        let path = endpoint == .clientSecrets ? "session.antiphon" : "antiphon"
        do throws(ProtocolError) {
            try configuration.behavior.check(atMost: start.behavior, path: path)
            try configuration.checkSize()
        } catch { throw APIError(error) }
        if let conflict = configuration.toolNameConflict { throw APIError(conflict) }
        var stored: [UInt8] = []
        configuration.encodeStored(into: &stored)
        let key: EphemeralKey
        do throws(TenancyError) {
            key = try await issuer.mint(
                EphemeralKeyRequest(
                    configuration: String(decoding: stored, as: UTF8.self),
                    shape: endpoint.shape == .ga ? .ga : .beta,
                    lifetime: request.expiresAfter ?? Self.lifetime(endpoint)),
                for: principal)
        } catch {
            throw APIError(error)
        }
        // No session runs yet, so it has no end: 0, as the vendor answers.
        let session = SessionObject(id: ids.next(), configuration: configuration, expiresAt: 0)
        let answer = ClientSecretResponse(value: key.value, expiresAt: Int(key.expires.seconds), session: session)
        var bytes: [UInt8] = []
        answer.encode(for: endpoint, into: &bytes)
        return HTTPResponse(
            .ok, fields: ["content-type": "application/json; charset=utf-8", "cache-control": "no-store"], body: bytes)
    }

    /// How long a key opens sessions when the request does not say.
    private static func lifetime(_ endpoint: ClientSecretEndpoint) -> Duration {
        endpoint.shape == .ga ? .seconds(600) : .seconds(300)
    }

    private func read(_ body: [UInt8], _ endpoint: ClientSecretEndpoint) throws(APIError) -> ClientSecretRequest {
        do throws(ProtocolError) {
            let request = try ClientSecretRequest.decode(
                body.span, endpoint: endpoint, turnDetection: turnDetection)
            if let model = request.model, !models.accepts(model) {
                throw ProtocolError(
                    .invalidModel, "Model \"\(model.prefix(100))\" is not supported in realtime mode.",
                    parameter: endpoint == .clientSecrets ? "session.model" : "model")
            }
            if let asked = request.session.behavior {
                try summaryModels.check(
                    asked.applied(to: behavior, startedWith: behavior),
                    path: endpoint == .clientSecrets ? "session.antiphon" : "antiphon")
            }
            return request
        } catch {
            throw APIError(error)
        }
    }
}
