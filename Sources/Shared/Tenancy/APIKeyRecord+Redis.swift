import Core
import Redis

extension APIKeyRecord {
    /// The stored fields, the code first, in the order `init(id:reply:)` reads them.
    private static let fields = ["mac", "tenant", "name", "c", "exp", "rev", "conc", "l4"]

    /// Reads one key's record.
    static func readCommand(_ id: KeyID) -> RedisCommand {
        var command = RedisCommand("HMGET", RedisKey.apiKey(id).name)
        command.append(fields)
        return command
    }

    /// The record in the answer to `readCommand`; nil if there is none.
    init?(id: KeyID, reply: [RedisReply]) {
        guard reply.count == Self.fields.count, let tenant = reply[1].text, let created = reply[3].number else {
            return nil
        }
        self.init(
            id: id, tenant: TenantID(tenant), name: reply[2].text ?? "", created: UnixTime(seconds: created),
            expires: reply[4].number.map(UnixTime.init), isRevoked: reply[5].text == "1",
            concurrentSessions: reply[6].number.map(Int.init) ?? 0, lastFour: reply[7].text ?? "")
    }

    /// Field and value pairs to store, with the peppered code.
    func storedFields(code: String) -> [String] {
        var fields = [
            "mac", code, "tenant", tenant.rawValue, "name", name, "c", String(created.seconds), "conc",
            String(concurrentSessions), "l4", lastFour,
        ]
        if let expires { fields += ["exp", String(expires.seconds)] }
        return fields
    }
}
