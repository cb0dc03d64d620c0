import Core
import Redis
import TestSupport
import Testing

@testable import Tenancy

@Suite(.timeLimit(.minutes(1))) struct TenantClipTests {
    @Test func `A clip is its tenant's alone, here and elsewhere, until it is removed`() async throws {
        let fixture = try await TenancyFixture()
        let replica = try await fixture.replica()
        let (tenant, _, _) = try await fixture.tenant()
        let (other, _, _) = try await fixture.tenant()
        #expect(try await fixture.services.clips.clip(of: tenant.id) == nil)
        let file = (0..<262_144).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await fixture.services.clips.setClip(file, of: tenant.id)
        #expect(try await replica.services.clips.clip(of: tenant.id) == file)
        #expect(try await replica.services.clips.clip(of: other.id) == nil)
        try await fixture.services.clips.setClip(nil, of: tenant.id)
        #expect(try await replica.services.clips.clip(of: tenant.id) == nil)
        await replica.close()
        await fixture.close()
    }

    @Test func `A tenant that does not exist has none and can have none; without the store nobody can tell`()
        async throws
    {
        let fixture = try await TenancyFixture()
        let nobody = TenantID("ten_nobody")
        #expect(await code { try await fixture.services.clips.setClip([1], of: nobody) } == .notFound)
        #expect(try await fixture.services.clips.clip(of: nobody) == nil)
        let (tenant, _, _) = try await fixture.tenant()
        try await fixture.redis("SET", RedisKey.clip(tenant.id).name, "not base64!")
        #expect(await code { try await fixture.services.clips.clip(of: tenant.id) } == .internal)
        fixture.server.kill()
        #expect(await code { try await fixture.services.clips.clip(of: tenant.id) } == .storeUnavailable)
        #expect(await code { try await fixture.services.clips.setClip([1], of: tenant.id) } == .storeUnavailable)
        await fixture.close()
    }
}
