import Core
package import HTTPServer
package import RealtimeProtocol
package import Tenancy

/// The one catalogue of what this API answers when it refuses: status, type, code and sentence (control plane section
/// 2.1).
package struct APIError: HTTPError, Equatable {
    /// The status of the answer.
    package let status: HTTPStatus
    /// What the body says.
    package let details: HTTPErrorDetails
    /// Further fields, such as `retry-after`.
    package var fields: HTTPFields

    init(
        _ status: HTTPStatus, _ message: String, type: String, code: String, parameter: String? = nil,
        fields: HTTPFields = [:]
    ) {
        self.status = status
        details = HTTPErrorDetails(message, type: type, parameter: parameter, code: code)
        self.fields = fields
    }

    // MARK: This API's own

    /// The body's media type is not JSON.
    static let unsupportedMediaType = APIError(
        .unsupportedMediaType, "The body must be application/json.", type: "invalid_request_error",
        code: "unsupported_media_type")

    /// The body's media type is not that of a WAV file.
    static let notAudio = APIError(
        .unsupportedMediaType, "The body must be a WAV file, sent as audio/wav.", type: "invalid_request_error",
        code: "unsupported_media_type")

    /// The body is no WAV file that can be used.
    static func invalidAudio(_ sentence: String) -> APIError {
        APIError(.badRequest, sentence, type: "invalid_request_error", code: "invalid_audio")
    }

    /// A WebSocket endpoint was asked for without an upgrade.
    static let upgradeRequired = APIError(
        .upgradeRequired, "This endpoint is a WebSocket. Connect to it with an upgrade request.",
        type: "invalid_request_error", code: "upgrade_required", fields: ["upgrade": "websocket"])

    /// No model of this name is served.
    static func modelNotFound(_ name: String) -> APIError {
        APIError(
            .notFound, "The model '\(name.prefix(100))' does not exist or you do not have access to it.",
            type: "invalid_request_error", code: "model_not_found", parameter: "model")
    }

    /// Something that only the edge sends is missing: the request did not come through it.
    static let notFromEdge = APIError(
        .badRequest, "The request names no original target.", type: "invalid_request_error", code: "missing_required")

    // MARK: From the modules below

    /// The answer for a refusal of the tenancy services.
    package init(_ error: TenancyError) {
        let (status, type) = Self.kind(of: error.code)
        var fields = HTTPFields()
        if status == .unauthorized { fields.append("www-authenticate", "Bearer") }
        if status == .tooManyRequests || status == .serviceUnavailable {
            let wait = error.retryAfter ?? .seconds(1)
            fields.append("retry-after", String(max(1, Int(wait.inSeconds.rounded(.up)))))
            fields.append("retry-after-ms", String(max(1, wait.wholeMilliseconds)))
            fields.append("x-should-retry", "true")
        }
        self.init(status, error.message, type: type, code: error.code.rawValue, fields: fields)
    }

    /// The answer for a fault in a session object.
    package init(_ error: ProtocolError) {
        let status: HTTPStatus =
            switch error.type {
            case .invalidRequest: .badRequest
            case .authentication: .unauthorized
            case .rateLimit, .insufficientQuota: .tooManyRequests
            case .server: .internalServerError
            }
        self.status = status
        details = HTTPErrorDetails(
            error.message, type: error.type.rawValue, parameter: error.parameter, code: error.code?.rawValue)
        fields = [:]
    }

    private static func kind(of code: TenancyError.Code) -> (HTTPStatus, type: String) {
        switch code {
        case .missingCredentials, .invalidAPIKey, .expiredAPIKey, .invalidClientSecret, .clientSecretExpired, .revoked:
            (.unauthorized, "authentication_error")
        case .insufficientScope, .tenantSuspended: (.forbidden, "permission_error")
        case .concurrentSessionsExceeded, .requests, .sessionStartRate: (.tooManyRequests, "rate_limit_error")
        case .noCapacity, .draining, .storeUnavailable, .sessionLost: (.serviceUnavailable, "server_error")
        case .sessionConflict, .alreadyExists: (HTTPStatus(409), "conflict_error")
        case .notFound: (.notFound, "invalid_request_error")
        case .configurationTooLarge: (.payloadTooLarge, "invalid_request_error")
        case .configurationMissing, .invalidValue: (.badRequest, "invalid_request_error")
        case .internal: (.internalServerError, "server_error")
        }
    }
}
