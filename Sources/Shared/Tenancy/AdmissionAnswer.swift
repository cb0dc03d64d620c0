import Core
import Redis

/// What the scripts answer, as errors: the one place that knows both vocabularies.
enum AdmissionAnswer {
    /// When a client over its session limit is told to try again.
    static let sessionsRetry = Duration.seconds(2)
    /// When a client that found every worker busy is told to try again.
    static let capacityRetry = Duration.seconds(2)

    /// The error behind an answer that is not a yes.
    static func refusal(_ answer: [RedisReply]) -> TenancyError {
        switch answer.first?.text {
        case "missing": return TenancyError(.notFound, message: "The account does not exist.")
        case "suspended": return TenancyError(.tenantSuspended)
        case "revoked": return TenancyError(.revoked)
        case "conflict": return TenancyError(.sessionConflict)
        case "lost": return TenancyError(.sessionLost)
        case "sessions":
            let limit = answer.count > 2 ? answer[2].number ?? 0 : 0
            return TenancyError(
                .concurrentSessionsExceeded, message: "The limit of \(limit) concurrent sessions is reached.",
                retryAfter: sessionsRetry)
        case "rate":
            let wait = answer.count > 2 ? answer[2].number ?? 0 : 0
            return TenancyError(
                answer.count > 1 && answer[1].text == "spm" ? .sessionStartRate : .requests,
                retryAfter: .milliseconds(max(1, wait)))
        case "cost": return TenancyError(.invalidValue, message: "The request costs more than the whole limit.")
        case "full":
            if answer.count > 1, answer[1].text == "draining" {
                return TenancyError(.draining, retryAfter: .seconds(1))
            }
            return TenancyError(.noCapacity, retryAfter: capacityRetry)
        default: return .unreadable("admission")
        }
    }
}
