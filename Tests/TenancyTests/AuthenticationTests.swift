import Core
import Cryptography
import Redis
import TestSupport
import Testing

@testable import Tenancy

@Suite(.timeLimit(.minutes(1))) struct AuthenticationTests {
    @Test func `A key proves its tenant, and anything like it proves nothing`() async throws {
        let fixture = try await TenancyFixture()
        let (tenant, key, principal) = try await fixture.tenant()
        #expect(principal == Principal(tenant: tenant.id, key: key.record.id, credential: .apiKey))
        let authenticator = fixture.services.authenticator
        let unknown = try APIKeyText().text
        for (text, expected) in [
            ("", TenancyError.Code.missingCredentials), ("sk-nothing-of-ours-at-all", .invalidAPIKey),
            (unknown.revealed, .invalidAPIKey), (key.secret.revealed + "x", .invalidAPIKey),
            (String(key.secret.revealed.dropLast()), .invalidAPIKey), (key.record.id.rawValue, .invalidAPIKey),
            (String(repeating: "x", count: 100_000), .invalidAPIKey),
        ] {
            #expect(await code { try await authenticator.authenticate(Secret(text)) } == expected)
        }
        await fixture.close()
    }

    @Test func `A key with the right id, a right checksum and a wrong secret is refused`() async throws {
        let fixture = try await TenancyFixture()
        let (_, key, _) = try await fixture.tenant()
        // Another key's secret behind this key's id, with the checksum that fits.
        let other = try APIKeyText().text.revealed
        let head = key.secret.revealed.prefix(APIKeyText.prefix.count + APIKeyText.identifierLength + 1)
        let body = head + other.dropFirst(head.count).dropLast(APIKeyText.checksumLength)
        let forged = APIKeyText.withChecksum(String(body))
        #expect(APIKeyText(parsing: Secret(forged))?.id == key.record.id)
        #expect(await code { try await fixture.services.authenticator.authenticate(Secret(forged)) } == .invalidAPIKey)
        await fixture.close()
    }

    @Test func `Expired and revoked keys, and those of a suspended tenant, are told apart`() async throws {
        let fixture = try await TenancyFixture { $0.keyCacheAge = .zero }
        let (tenant, key, _) = try await fixture.tenant()
        let directory = fixture.services.directory
        let brief = try await directory.createKey(
            tenant: tenant.id, name: "brief", expires: TenancyClock.system.wall() + .seconds(60), concurrentSessions: 0)
        let authenticator = fixture.services.authenticator
        #expect(try await authenticator.authenticate(brief.secret).expires == brief.record.expires)
        fixture.advanceWall(seconds: 60)
        #expect(await code { try await authenticator.authenticate(brief.secret) } == .expiredAPIKey)
        try await directory.setStatus(.suspended, of: tenant.id)
        #expect(await code { try await authenticator.authenticate(key.secret) } == .tenantSuspended)
        try await directory.setStatus(.active, of: tenant.id)
        #expect(await code { try await authenticator.authenticate(key.secret) } == nil)
        try await directory.revokeKey(key.record.id, of: tenant.id)
        #expect(await code { try await authenticator.authenticate(key.secret) } == .revoked)
        await fixture.close()
    }

    @Test func `A cached key is checked again after seconds, and counts for minutes while the store is away`()
        async throws
    {
        let fixture = try await TenancyFixture()
        let (tenant, key, _) = try await fixture.tenant()
        let (authenticator, directory) = (fixture.services.authenticator, fixture.services.directory)
        let other = try await directory.createKey(tenant: tenant.id, name: "o", expires: nil, concurrentSessions: 0)
        let revoked = try await directory.createKey(tenant: tenant.id, name: "r", expires: nil, concurrentSessions: 0)
        _ = try await authenticator.authenticate(revoked.secret)
        try await directory.revokeKey(revoked.record.id, of: tenant.id)
        fixture.advance(.seconds(5))
        #expect(await code { try await authenticator.authenticate(revoked.secret) } == .revoked)
        _ = try await authenticator.authenticate(key.secret)
        fixture.server.kill()
        fixture.advance(.seconds(300))
        #expect(await code { try await authenticator.authenticate(key.secret) } == nil)
        // A key never seen may well be good, so it is not called wrong; nor is one that was refused remembered as good.
        #expect(await code { try await authenticator.authenticate(other.secret) } == .storeUnavailable)
        #expect(await code { try await authenticator.authenticate(revoked.secret) } == .storeUnavailable)
        fixture.advance(.seconds(300))
        #expect(await code { try await authenticator.authenticate(key.secret) } == .storeUnavailable)
        await fixture.close()
    }

    @Test func `Bootstrap makes one tenant and one key, however many replicas start at once`() async throws {
        let fixture = try await TenancyFixture()
        let replicas = [fixture, try await fixture.replica(), try await fixture.replica()]
        let outcomes = try await withThrowingTaskGroup(of: BootstrapOutcome.self) { group in
            for index in 0..<12 {
                group.addTask { try await replicas[index % 3].services.directory.bootstrap(apiKey: nil) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(outcomes.map(\.tenant)).count == 1)
        let secrets = outcomes.compactMap(\.secret)
        #expect(secrets.count == 1)
        #expect(try await fixture.services.authenticator.authenticate(secrets[0]).tenant == outcomes[0].tenant)
        #expect(try await fixture.services.directory.keys(of: outcomes[0].tenant).count == 1)
        for replica in replicas { await replica.close() }
    }

    @Test func `Bootstrap takes over a key of the operator's own, as often as it starts`() async throws {
        let fixture = try await TenancyFixture()
        let text = Secret("sk-my-own-development-key")
        let first = try await fixture.services.directory.bootstrap(apiKey: text)
        #expect(first.secret == nil)
        #expect(try await fixture.services.directory.bootstrap(apiKey: text) == first)
        #expect(try await fixture.services.authenticator.authenticate(text).key == first.key)
        #expect(try await fixture.services.directory.keys(of: first.tenant).map(\.lastFour) == ["-key"])
        #expect(try await fixture.services.directory.bootstrap(apiKey: nil).key == nil)
        #expect(
            await code { try await fixture.services.directory.bootstrap(apiKey: Secret("too short")) } == .invalidValue)
        let other = try await fixture.services.directory.createTenant(name: "other", limits: .standard)
        #expect(
            await code { try await fixture.services.directory.importKey(text, tenant: other.id, name: "") }
                == .alreadyExists)
        // A key of our own form is taken over whole, too: moving to a new store keeps clients working.
        let own = try APIKeyText()
        #expect(try await fixture.services.directory.importKey(own.text, tenant: other.id, name: "").id == own.id)
        #expect(try await fixture.services.authenticator.authenticate(own.text).tenant == other.id)
        await fixture.close()
    }

    @Test func `Tenants and keys are listed by page, and one tenant's keys are not another's`() async throws {
        let fixture = try await TenancyFixture()
        let directory = fixture.services.directory
        var ids: Set<TenantID> = []
        for index in 0..<5 { ids.insert(try await directory.createTenant(name: "\(index)", limits: .standard).id) }
        let first = try await directory.tenants(limit: 3, after: nil)
        let rest = try await directory.tenants(limit: 3, after: first.last?.id)
        #expect(first.count == 3 && rest.count == 2 && Set((first + rest).map(\.id)) == ids)
        #expect(await code { try await directory.tenants(limit: 0, after: nil) } == .invalidValue)
        #expect(await code { try await directory.tenants(limit: 1, after: TenantID("ten_no")) } == .notFound)
        let key = try await directory.createKey(tenant: first[0].id, name: "k", expires: nil, concurrentSessions: 3)
        #expect(try await directory.keys(of: first[0].id) == [key.record])
        #expect(try await directory.keys(of: first[1].id).isEmpty)
        #expect(await code { try await directory.revokeKey(key.record.id, of: first[1].id) } == .notFound)
        #expect(
            await code {
                try await directory.createKey(tenant: TenantID("ten_no"), name: "", expires: nil, concurrentSessions: 0)
            } == .notFound)
        let limits = TenantLimits(
            concurrentSessions: 7, requestsPerMinute: 8, requestBurst: 9, sessionStartsPerMinute: 10)
        try await directory.setLimits(limits, of: first[0].id)
        #expect(try await directory.tenant(first[0].id).limits == limits)
        #expect(
            await code { try await directory.setLimits(TenantLimits(requestsPerMinute: -1), of: first[0].id) }
                == .invalidValue)
        #expect(await code { try await directory.setLimits(limits, of: TenantID("ten_no")) } == .notFound)
        await fixture.close()
    }
}
