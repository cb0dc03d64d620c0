import Core

/// The part of an error answer that is safe to tell: its code, and the parameter it complains about.
struct OpenAICompatibleErrorBody: Equatable {
    private(set) var code: String?
    private(set) var parameter: String?
    /// OpenRouter gives an HTTP status as code.
    private(set) var statusOfCode: Int?

    /// Reads `{"error": {…}}`, `{"error": "…"}`, a list of these, or anything else without an error.
    init(_ bytes: [UInt8]) {
        let value = (try? JSONValue.parse(bytes)) ?? .null
        self.init((value.array?.first ?? value)["error"] ?? value)
    }

    /// Reads what is under "error".
    init(_ error: JSONValue) {
        let names = [error["code"], error["type"]].compactMap { $0?.string.flatMap(Self.token) }
        code = names.first
        parameter = error["param"]?.string.flatMap(Self.token)
        if let number = error["code"]?.integer, (100...599).contains(number) { statusOfCode = number }
    }

    /// What the code says beyond the status.
    var category: ErrorCategory? {
        switch code {
        case "insufficient_quota", "billing_hard_limit_reached", "insufficient_credits", "billing_not_active":
            .quotaExceeded
        case "invalid_api_key", "authentication_error", "invalid_authentication", "permission_error": .authentication
        case "rate_limit_exceeded", "rate_limit_error", "too_many_requests": .rateLimited
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
