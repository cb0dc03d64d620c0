import Core
import Redis

extension TenantLimits {
    /// Field and value pairs of the tenant hash.
    var storedFields: [String] {
        [
            "l.conc", String(concurrentSessions), "l.rpm", String(requestsPerMinute), "l.rpb", String(requestBurst),
            "l.spm", String(sessionStartsPerMinute),
        ]
    }

    /// Whether every number is one the scripts can work with.
    var isValid: Bool {
        // 60 s in microseconds: a quota above it would have an interval of zero.
        let quotas = 0...60_000_000
        return [concurrentSessions, requestsPerMinute, requestBurst, sessionStartsPerMinute].allSatisfy(quotas.contains)
            && (requestsPerMinute == 0 || requestBurst > 0)
    }
}

extension Tenant {
    private static let fields = ["name", "status", "c", "nb", "l.conc", "l.rpm", "l.rpb", "l.spm"]

    /// Reads one tenant.
    static func readCommand(_ id: TenantID) -> RedisCommand {
        var command = RedisCommand("HMGET", RedisKey.tenant(id).name)
        command.append(fields)
        return command
    }

    /// The tenant in the answer to `readCommand`; nil if there is none.
    init?(id: TenantID, reply: [RedisReply]) {
        guard reply.count == Self.fields.count, let status = reply[1].text.flatMap(Status.init),
            let created = reply[2].number
        else { return nil }
        let numbers = reply.map { $0.number.map(Int.init) ?? 0 }
        self.init(
            id: id, name: reply[0].text ?? "", status: status,
            limits: TenantLimits(
                concurrentSessions: numbers[4], requestsPerMinute: numbers[5], requestBurst: numbers[6],
                sessionStartsPerMinute: numbers[7]),
            created: UnixTime(seconds: created), tokensNotBefore: reply[3].number.map(UnixTime.init))
    }

    /// Field and value pairs to store.
    var storedFields: [String] {
        ["name", name, "status", status.rawValue, "c", String(created.seconds)] + limits.storedFields
    }
}
