import Core
import Cryptography
import Redis
import TestSupport
import Testing

@testable import Tenancy

@Suite(.timeLimit(.minutes(1))) struct TenantBehaviorTests {
    @Test func `What a tenant set comes with its keys: here at once, elsewhere within seconds, and to nobody else`()
        async throws
    {
        let fixture = try await TenancyFixture()
        let replica = try await fixture.replica()
        let (tenant, key, principal) = try await fixture.tenant()
        let (_, other, _) = try await fixture.tenant()
        #expect(principal.behavior == nil)
        #expect(try await replica.services.authenticator.authenticate(key.secret).behavior == nil)
        let text = #"{"silence":{"apology":"a line that nobody else may read"}}"#
        try await fixture.services.behaviors.setBehavior(text, of: tenant.id)
        #expect(try await replica.services.behaviors.behavior(of: tenant.id) == text)
        #expect(try await fixture.services.authenticator.authenticate(key.secret).behavior == text)
        #expect(try await fixture.services.authenticator.authenticate(other.secret).behavior == nil)
        replica.advance(.seconds(5))
        #expect(try await replica.services.authenticator.authenticate(key.secret).behavior == text)
        try await fixture.services.behaviors.setBehavior(nil, of: tenant.id)
        #expect(try await fixture.services.behaviors.behavior(of: tenant.id) == nil)
        #expect(try await fixture.services.authenticator.authenticate(key.secret).behavior == nil)
        await replica.close()
        await fixture.close()
    }

    @Test func `It is sealed for its tenant, and outlives the store's absence for as long as the key does`()
        async throws
    {
        let fixture = try await TenancyFixture()
        let (tenant, key, _) = try await fixture.tenant()
        let (thief, stolen, _) = try await fixture.tenant()
        try await fixture.services.behaviors.setBehavior(#"{"secret":"word"}"#, of: tenant.id)
        let sealed = try #require(try await fixture.redis("HGET", RedisKey.tenant(tenant.id).name, "behavior").text)
        #expect(!sealed.contains("word"))
        try await fixture.redis("HSET", RedisKey.tenant(thief.id).name, "behavior", sealed)
        #expect(await code { try await fixture.services.behaviors.behavior(of: thief.id) } == .internal)
        fixture.advance(.seconds(5))
        #expect(await code { try await fixture.services.authenticator.authenticate(stolen.secret) } == .internal)
        _ = try await fixture.services.authenticator.authenticate(key.secret)
        fixture.server.kill()
        fixture.advance(.seconds(300))
        #expect(try await fixture.services.authenticator.authenticate(key.secret).behavior == #"{"secret":"word"}"#)
        #expect(
            await code { try await fixture.services.behaviors.setBehavior("{}", of: tenant.id) } == .storeUnavailable)
        await fixture.close()
    }

    @Test func `Keys of a tenant that set much take more of the cache, and still fit into it`() async throws {
        let fixture = try await TenancyFixture()
        let (tenant, key, _) = try await fixture.tenant()
        let text = #"{"x":""# + String(repeating: "y", count: 64 * 1024) + #""}"#
        try await fixture.services.behaviors.setBehavior(text, of: tenant.id)
        #expect(try await fixture.services.authenticator.authenticate(key.secret).behavior == text)
        fixture.server.kill()
        fixture.advance(.seconds(300))
        #expect(try await fixture.services.authenticator.authenticate(key.secret).behavior == text)
        await fixture.close()
    }

    @Test func `There is none for a tenant that does not exist`() async throws {
        let fixture = try await TenancyFixture()
        let nobody = TenantID("ten_nobody")
        #expect(await code { try await fixture.services.behaviors.setBehavior("{}", of: nobody) } == .notFound)
        #expect(await code { try await fixture.services.behaviors.behavior(of: nobody) } == .notFound)
        #expect(try await fixture.redis("EXISTS", RedisKey.tenant(nobody).name).number == 0)
        await fixture.close()
    }
}
