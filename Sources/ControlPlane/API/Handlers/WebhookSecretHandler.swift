import Core
import HTTPServer
import Tenancy

/// `GET /v1/antiphon/webhook_secret`: the key by which a tenant's tools recognise our calls.
struct WebhookSecretHandler: Sendable {
    let access: Access
    let secret: @Sendable (TenantID) -> Secret?

    var get: HTTPHandler.Throwing {
        access.handler(.bestEffort) { _, _, principal in
            // The holder of an ephemeral key is a browser or a phone.
            guard case .apiKey = principal.credential else { throw APIError(TenancyError(.insufficientScope)) }
            guard let secret = secret(principal.tenant) else { throw APIError(TenancyError(.internal)) }
            var response = HTTPResponse.json(.ok) { json in
                json.object { json in
                    json.key("object")
                    json.string(literal: "antiphon.webhook_secret")
                    json.key("secret")
                    json.string(secret.revealed)
                }
            }
            response.fields["cache-control"] = "no-store"
            return response
        }
    }
}
