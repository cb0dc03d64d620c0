import Core
import Cryptography
import Redis

extension RedisTenantDirectory {
    /// Keys of one tenant at most; a page of them is read at once.
    static let mostKeys = 1000
    /// How long one bootstrap may take before another may try.
    private static let bootstrapLock = Duration.seconds(10)

    func createKey(
        tenant: TenantID, name: String, expires: UnixTime?, concurrentSessions: Int
    ) async throws(TenancyError) -> IssuedAPIKey {
        guard concurrentSessions >= 0 else { throw TenancyError(.invalidValue, message: "A limit is out of range.") }
        let key: APIKeyText
        do { key = try APIKeyText() } catch { throw TenancyError(error) }
        let record = try await store(
            key.text, id: key.id, tenant: tenant, name: name, expires: expires, concurrentSessions: concurrentSessions)
        return IssuedAPIKey(record: record, secret: key.text)
    }

    func importKey(_ text: Secret, tenant: TenantID, name: String) async throws(TenancyError) -> APIKeyRecord {
        guard let id = digest.keyID(of: text) else {
            throw TenancyError(
                .invalidValue,
                message:
                    "An API key is 16 to 512 visible ASCII characters; one in our own form needs its right checksum.")
        }
        return try await store(text, id: id, tenant: tenant, name: name, expires: nil, concurrentSessions: 0)
    }

    func keys(of tenant: TenantID) async throws(TenancyError) -> [APIKeyRecord] {
        _ = try await self.tenant(tenant)
        let page = try await redis.ask(
            RedisCommand("ZRANGE", RedisKey.tenantKeys(tenant).name, "0", String(Self.mostKeys - 1)), deadline: deadline
        )
        let ids = (page.array ?? []).compactMap { $0.text.map { KeyID($0) } }
        var records: [APIKeyRecord] = []
        for (id, reply) in zip(ids, await redis.sendAll(ids.map(APIKeyRecord.readCommand), deadline: deadline)) {
            do {
                // The index is in the tenant's family, the record is not: only the record says whose key it is.
                let record = APIKeyRecord(id: id, reply: try reply.get().array ?? [])
                if let record, record.tenant == tenant { records.append(record) }
            } catch { throw TenancyError(error) }
        }
        return records
    }

    func revokeKey(_ key: KeyID, of tenant: TenantID) async throws(TenancyError) {
        guard try await record(of: key)?.tenant == tenant else { throw TenancyError(.notFound) }
        // The mark in the tenant's own record is what admission looks at, so it goes first.
        try await update(tenant, ["kr:\(key)", String(clock.wall().seconds)])
        _ = try await redis.ask(RedisCommand("HSET", RedisKey.apiKey(key).name, "rev", "1"), deadline: deadline)
    }

    func bootstrap(apiKey: Secret?) async throws(TenancyError) -> BootstrapOutcome {
        var identifiers = IdentifierSource()
        let offered = identifiers.next(TenantID.self)
        _ = try await redis.ask(
            RedisCommand("SET", RedisKey.bootstrapTenant.name, offered.rawValue, "NX"), deadline: deadline)
        let chosen = try await redis.ask(RedisCommand("GET", RedisKey.bootstrapTenant.name), deadline: deadline)
        guard let text = chosen.text else { throw .unreadable("first tenant") }
        let tenant = TenantID(text)
        // Does nothing when the tenant is there; repairs a bootstrap that was cut off before it wrote it.
        _ = try await createTenant(tenant, name: "default", limits: .standard)
        if let apiKey {
            let record = try await importKey(apiKey, tenant: tenant, name: "API_KEY")
            return BootstrapOutcome(tenant: tenant, key: record.id, secret: nil)
        }
        return try await bootstrapKey(of: tenant)
    }

    private func bootstrapKey(of tenant: TenantID) async throws(TenancyError) -> BootstrapOutcome {
        let none = BootstrapOutcome(tenant: tenant, key: nil, secret: nil)
        let count = try await redis.ask(RedisCommand("ZCARD", RedisKey.tenantKeys(tenant).name), deadline: deadline)
        guard count.number == 0 else { return none }
        // Several replicas may start at once; one of them makes the key and shows it.
        let lock = RedisKey.lock("bootstrap").name
        let taken = try await redis.ask(
            RedisCommand("SET", lock, "1", "NX", "PX", String(Self.bootstrapLock.wholeMilliseconds)), deadline: deadline
        )
        guard !taken.isNull else { return none }
        let recount = try await redis.ask(RedisCommand("ZCARD", RedisKey.tenantKeys(tenant).name), deadline: deadline)
        var outcome = none
        if recount.number == 0 {
            let issued = try await createKey(tenant: tenant, name: "first key", expires: nil, concurrentSessions: 0)
            outcome = BootstrapOutcome(tenant: tenant, key: issued.record.id, secret: issued.secret)
        }
        _ = try await redis.ask(RedisCommand("DEL", lock), deadline: deadline)
        return outcome
    }

    private func record(of key: KeyID) async throws(TenancyError) -> APIKeyRecord? {
        let reply = try await redis.ask(APIKeyRecord.readCommand(key), deadline: deadline)
        return APIKeyRecord(id: key, reply: reply.array ?? [])
    }

    private func store(
        _ text: Secret, id: KeyID, tenant: TenantID, name: String, expires: UnixTime?, concurrentSessions: Int
    ) async throws(TenancyError) -> APIKeyRecord {
        _ = try await self.tenant(tenant)
        let record = APIKeyRecord(
            id: id, tenant: tenant, name: String(name.prefix(Self.longestName)), created: clock.wall(),
            expires: expires,
            concurrentSessions: concurrentSessions, lastFour: String(text.revealed.suffix(4)))
        let code = Base64URL.encode(digest.code(of: text))
        let written = try await Self.createScript.ask(
            redis, keys: [.apiKey(id)], arguments: ["mac"] + record.storedFields(code: code), deadline: deadline)
        var result = record
        if written.number != 1 {
            let reply = try await redis.ask(APIKeyRecord.readCommand(id), deadline: deadline).array ?? []
            guard let existing = APIKeyRecord(id: id, reply: reply), existing.tenant == tenant, reply[0].text == code
            else {
                throw TenancyError(.alreadyExists, message: "The API key belongs to another tenant.")
            }
            guard !existing.isRevoked else { throw TenancyError(.revoked) }
            result = existing
        }
        _ = try await redis.ask(
            RedisCommand("ZADD", RedisKey.tenantKeys(tenant).name, "NX", String(result.created.seconds), id.rawValue),
            deadline: deadline)
        return result
    }
}
