import Core
import Redis

/// Counts REST calls in the same record that session starts count in.
final class RedisRequestLimiter: RequestLimiter {
    private let redis: any RedisClient

    init(redis: any RedisClient) { self.redis = redis }

    func chargeRequest(_ principal: Principal, cost: Int) async throws(TenancyError) -> RateLimitStatus {
        guard cost > 0 else { throw TenancyError(.invalidValue, message: "The cost of a request is at least 1.") }
        let token = principal.grant
        let reply = try await AdmissionScripts.charge.ask(
            redis,
            keys: [
                .tenant(principal.tenant), .rate(principal.tenant, "rpm"),
                .revokedToken(principal.tenant, token?.tokenID ?? ""),
            ],
            arguments: [
                principal.key.rawValue, String(cost), token?.tokenID ?? "", String(token?.issued.seconds ?? 0),
            ])
        let answer = reply.array ?? []
        guard answer.first?.text == "ok" else { throw AdmissionAnswer.refusal(answer) }
        guard answer.count == 4, let quota = answer[1].number, let burst = answer[2].number,
            let ahead = answer[3].number
        else { throw .unreadable("rate limit") }
        return RateLimitStatus(quotaPerMinute: Int(quota), burst: Int(burst), aheadMicroseconds: ahead)
    }
}

extension RateLimitStatus {
    /// The state of a GCRA limit whose theoretical arrival time lies `aheadMicroseconds` in the future.
    init(quotaPerMinute: Int, burst: Int, aheadMicroseconds: Int64) {
        guard quotaPerMinute > 0 else {
            self.init(limit: 0, remaining: 0, resetAfter: .zero)
            return
        }
        let interval = max(1, 60_000_000 / Int64(quotaPerMinute))
        let ahead = max(0, aheadMicroseconds)
        self.init(
            limit: quotaPerMinute, remaining: Int(max(0, (interval * Int64(burst) - ahead) / interval)),
            resetAfter: .microseconds(ahead))
    }
}
