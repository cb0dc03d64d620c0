/// Why something failed, as far as the caller's next step depends on it.
package enum ErrorCategory: String, Sendable, CaseIterable {
    /// The request itself is wrong; repeating it cannot help.
    case invalidRequest = "invalid_request"
    /// The credentials were refused; another provider may still work.
    case authentication
    /// Too many requests; later or elsewhere it may work.
    case rateLimited = "rate_limited"
    /// A budget of our own is used up; no provider was asked.
    case budgetExceeded = "rate_limit_exceeded"
    /// The account is out of money or quota; only another provider helps.
    case quotaExceeded = "quota_exceeded"
    /// The other side is unreachable or answered with a fault of its own.
    case unavailable
    /// The other side did not answer within the deadline.
    case timeout
    /// The answer did not follow its format, or stopped in the middle.
    case malformedResponse = "malformed_response"
    /// The caller cancelled.
    case cancelled
    /// A fault of our own.
    case `internal`

    /// Whether the same request may succeed if it is sent again to the same place.
    package var isRetryable: Bool {
        switch self {
        case .rateLimited, .unavailable, .timeout, .malformedResponse: true
        case .invalidRequest, .authentication, .quotaExceeded, .budgetExceeded, .cancelled, .internal: false
        }
    }
}
