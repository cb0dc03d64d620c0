import HTTPServer
import RealtimeProtocol

/// The three ways to mint a session key.
struct ClientSecretHandlers: Sendable {
    let access: Access
    let service: ClientSecretService

    /// A handler for one of the three shapes of request and answer.
    func create(_ endpoint: ClientSecretEndpoint) -> HTTPHandler.Throwing {
        access.handler(.required) { request, _, principal in
            try request.requireJSON()
            return try await service.mint(endpoint, request.body, for: principal)
        }
    }
}
