package import HTTPServer
import RealtimeProtocol

/// The one table of routes, in the order of openapi.yaml.
///
/// What is public is in the contract; the rest is not.
package enum Routes {
    /// What clients reach through the edge.
    package static func `public`(_ services: ControlPlaneServices) -> [Router.Route] {
        let access = Access(authenticator: services.authenticator, limiter: services.limiter)
        let secrets = ClientSecretHandlers(access: access, service: ClientSecretService(services))
        let models = ModelHandlers(access: access, catalog: services.models)
        let behavior = BehaviorHandlers(
            access: access, store: services.behaviors, operators: services.behavior,
            summaryModels: services.summaryModels)
        let clip = TypingClipHandlers(access: access, store: services.clips)
        let keys = KeySetHandler(issuer: services.issuer)
        return [
            Router.Route(.post, "/v1/realtime/client_secrets", secrets.create(.clientSecrets)),
            Router.Route(.post, "/v1/realtime/sessions", secrets.create(.sessions)),
            Router.Route(.post, "/v1/realtime/transcription_sessions", secrets.create(.transcriptionSessions)),
            Router.Route(.get, "/v1/realtime", upgradeOnly),
            Router.Route(.get, "/realtime", upgradeOnly),
            Router.Route(.get, "/v1/models", models.list),
            Router.Route(.get, "/v1/models/{model}", models.get),
            Router.Route(.get, "/v1/antiphon/behavior", behavior.get),
            Router.Route(.put, "/v1/antiphon/behavior", behavior.put),
            Router.Route(.get, "/v1/antiphon/typing_clip", clip.get),
            Router.Route(.put, "/v1/antiphon/typing_clip", clip.put),
            Router.Route(.delete, "/v1/antiphon/typing_clip", clip.delete),
            Router.Route(
                .get, "/v1/antiphon/webhook_secret",
                WebhookSecretHandler(access: access, secret: services.webhookSecret).get),
            Router.Route(.get, "/.well-known/jwks.json", keys.get),
            Router.Route(.get, "/openapi.yaml", OpenAPIDocument.get),
        ]
    }

    /// What only the edge reaches.
    package static func `internal`(_ services: ControlPlaneServices) -> [Router.Route] {
        let assignment = AssignmentHandler(
            authenticator: services.authenticator, admission: services.admission, registry: services.registry,
            ids: SessionIDSource(services.identifiers))
        // The edge sends a refused upgrade on with its own path.
        let addresses = ["/v1/realtime", "/realtime", "/openai/realtime", "/openai/v1/realtime"]
        let refused = addresses + addresses.map { "/w/{worker}" + $0 }
        return [Router.Route(.get, "/internal/assign", assignment.get)]
            + refused.map { Router.Route(.get, $0, RefusalHandler.get) }
    }

    /// What only operators and their tools reach.
    package static func ops(_ services: ControlPlaneServices) -> [Router.Route] {
        let health = HealthHandlers(readiness: services.readiness, isStoreReachable: services.isStoreReachable)
        return [
            Router.Route(.get, "/livez", HealthHandlers.live),
            Router.Route(.get, "/readyz", health.ready),
            Router.Route(.get, "/metrics", MetricsHandler(registry: services.metrics).get),
        ]
    }

    private static let upgradeOnly: HTTPHandler.Throwing = { _, _ in throw APIError.upgradeRequired }
}
