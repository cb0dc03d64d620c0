/// What the server itself refuses, before or without a handler.
package enum HTTPFault: HTTPError, Equatable {
    /// The request's framing is ambiguous or its target or fields are malformed.
    case malformed(String)
    case notFound
    case methodNotAllowed([HTTPMethod])
    case bodyTooLarge(limit: Int)
    /// The handler failed in a way it did not foresee.
    case `internal`
    /// The handler did not answer within the deadline.
    case timeout
    /// The server is stopping.
    case draining

    /// The status of the answer.
    package var status: HTTPStatus {
        switch self {
        case .malformed: .badRequest
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .bodyTooLarge: .payloadTooLarge
        case .internal: .internalServerError
        case .timeout: .gatewayTimeout
        case .draining: .serviceUnavailable
        }
    }

    /// What the body says.
    package var details: HTTPErrorDetails {
        switch self {
        case .malformed(let what): .init(what, type: "invalid_request_error", code: "malformed_request")
        case .notFound: .init("There is nothing at this path.", type: "invalid_request_error", code: "not_found")
        case .methodNotAllowed:
            .init("This path does not take this method.", type: "invalid_request_error", code: "method_not_allowed")
        case .bodyTooLarge(let limit):
            .init("The body is larger than \(limit) bytes.", type: "invalid_request_error", code: "payload_too_large")
        case .internal:
            .init("The server had an error while processing the request.", type: "server_error", code: "internal_error")
        case .timeout: .init("The request took too long to process.", type: "server_error", code: "timeout")
        case .draining:
            .init("This server is shutting down; send the request again.", type: "server_error", code: "draining")
        }
    }

    /// `allow` or `retry-after`, where one belongs.
    package var fields: HTTPFields {
        switch self {
        case .methodNotAllowed(let methods): ["allow": methods.map(\.rawValue).joined(separator: ", ")]
        case .draining: ["retry-after": "1"]
        default: [:]
        }
    }
}
