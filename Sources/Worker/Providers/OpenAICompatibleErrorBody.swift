import Core

/// The part of an error answer that is safe to tell: its code, and the parameter it complains about.
struct OpenAICompatibleErrorBody: Equatable {
    private(set) var code: String?
    private(set) var parameter: String?
    /// OpenRouter gives an HTTP status as code.
    private(set) var statusOfCode: Int?
    /// How long the server asks to wait.
    private(set) var retryAfter: RetryAfter?
    /// The model wrote something that the server could not read, and shows it.
    private var showsFailedGeneration = false

    /// Reads `{"error": {…}}`, `{"detail": {…}}`, `{"error": "…"}`, a list of these, or anything else without an error.
    init(_ bytes: [UInt8]) {
        let value = (try? JSONValue.parse(bytes)) ?? .null
        let first = value.array?.first ?? value
        self.init(Self.innermost(first["error"] ?? first["detail"] ?? first))
    }

    /// The first of a list; FastAPI puts what the server raised under "detail", and that may hold an error again.
    private static func innermost(_ error: JSONValue) -> JSONValue {
        let first = error.array?.first ?? error
        return first["error"].flatMap { $0["type"] ?? $0["code"] ?? $0["message"] != nil ? $0 : nil } ?? first
    }

    /// Reads what is under "error".
    init(_ error: JSONValue) {
        let names = [error["code"], error["type"], error["error"]].compactMap { $0?.string.flatMap(Self.token) }
        code = names.first
        parameter = (error["param"] ?? error["loc"]?.array?.last)?.string.flatMap(Self.token)
        if let number = error["code"]?.integer, (100...599).contains(number) { statusOfCode = number }
        retryAfter = RetryAfter(error)
        showsFailedGeneration = !(error["failed_generation"]?.isNull ?? true)
    }

    /// What the code says beyond the status.
    var category: ErrorCategory? {
        if showsFailedGeneration { return .malformedResponse }
        return switch code {
        case "insufficient_quota", "billing_hard_limit_reached", "insufficient_credits", "billing_not_active":
            .quotaExceeded
        case "invalid_api_key", "authentication_error", "invalid_authentication", "permission_error": .authentication
        case "rate_limit_exceeded", "rate_limit_error", "too_many_requests": .rateLimited
        // The model wrote something that the server could not read; written again it may be better.
        case "tool_use_failed", "json_validate_failed", "output_parse_failed", "malformed_function_call",
            "model_output_error", "tool_call_parse_error":
            .malformedResponse
        case "server_error", "internal_server_error", "overloaded_error", "engine_overloaded", "service_unavailable":
            .unavailable
        default: nil
        }
    }

    /// `text` if it looks like a constant of a program; anything else might be content.
    private static func token(_ text: String) -> String? {
        let isToken = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "["),
                UInt8(ascii: "]"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        return isToken && (1...48).contains(text.utf8.count) && text.contains(where: \.isLetter) ? text : nil
    }
}
