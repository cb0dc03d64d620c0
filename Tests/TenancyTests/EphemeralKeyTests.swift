import Core
import Cryptography
import Redis
import TestSupport
import Testing

@testable import Tenancy

private let configurationText = #"{"type":"realtime","instructions":"Speak like a pirate, password hunter2."}"#

@Suite(.timeLimit(.minutes(1))) struct EphemeralKeyTests {
    private func request(_ lifetime: Duration = .seconds(600)) -> EphemeralKeyRequest {
        EphemeralKeyRequest(configuration: configurationText, shape: .ga, lifetime: lifetime)
    }

    @Test func `A minted key opens sessions with its configuration, on any process and more than once`() async throws {
        let fixture = try await TenancyFixture()
        let other = try await fixture.replica()
        let (tenant, key, principal) = try await fixture.tenant()
        let minted = try await fixture.services.issuer.mint(request(), for: principal)
        #expect(minted.value.revealed.hasPrefix("ek_") && minted.expires - minted.issued == .seconds(600))
        #expect(
            minted.value.revealed.utf8.allSatisfy {
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8.contains($0)
            })
        for _ in 0..<2 {
            let proven = try await other.services.authenticator.authenticate(minted.value)
            #expect(proven.tenant == tenant.id && proven.key == key.record.id && proven.expires == minted.expires)
            #expect(proven.grant?.shape == .ga && proven.grant?.tokenID == minted.tokenID)
            #expect(try await other.services.authenticator.sessionConfiguration(of: proven) == configurationText)
        }
        #expect(try await other.services.authenticator.sessionConfiguration(of: principal) == nil)
        let payload = String(
            decoding: try #require(Base64URL.decode(String(minted.value.revealed.split(separator: ".")[1]))),
            as: UTF8.self)
        #expect(!payload.contains("pirate") && !payload.contains("hunter2") && !payload.contains(key.secret.revealed))
        await fixture.close()
        await other.close()
    }

    @Test func `Only an API key may mint, within the documented ranges`() async throws {
        let fixture = try await TenancyFixture()
        let (_, _, principal) = try await fixture.tenant()
        let issuer = fixture.services.issuer
        let proven = try await fixture.services.authenticator.authenticate(
            try await issuer.mint(request(), for: principal).value)
        #expect(await code { try await issuer.mint(request(), for: proven) } == .insufficientScope)
        for seconds in [9, 7201] {
            #expect(await code { try await issuer.mint(request(.seconds(seconds)), for: principal) } == .invalidValue)
        }
        for seconds in [10, 7200] {
            #expect(await code { try await issuer.mint(request(.seconds(seconds)), for: principal) } == nil)
        }
        var large = request()
        large.configuration = String(repeating: "x", count: 256 * 1024)
        let big = try await issuer.mint(large, for: principal)
        let owner = try await fixture.services.authenticator.authenticate(big.value)
        #expect(try await fixture.services.authenticator.sessionConfiguration(of: owner)?.utf8.count == 256 * 1024)
        large.configuration += "x"
        #expect(await code { try await issuer.mint(large, for: principal) } == .configurationTooLarge)
        await fixture.close()
    }

    @Test func `Forged, foreign, expired and malformed keys are refused`() async throws {
        let fixture = try await TenancyFixture()
        let (_, _, principal) = try await fixture.tenant()
        let authenticator = fixture.services.authenticator
        let minted = try await fixture.services.issuer.mint(request(), for: principal).value.revealed
        let parts = minted.split(separator: ".").map(String.init)
        let header = try #require(Base64URL.decode(String(parts[0].dropFirst(3))))
        let kid = try #require(JSONHeader.kid(header))
        func text(_ header: String, _ rest: String = "\(parts[1]).\(parts[2])") -> String {
            "ek_\(Base64URL.encode(Array(header.utf8))).\(rest)"
        }
        let forgedClaims = Base64URL.encode(Array(#"{"tid":"ten_other"}"#.utf8))
        for bad in [
            "ek_", "ek_x", "ek_a.b.c", minted + "A", String(minted.dropLast()),
            "\(parts[0]).\(forgedClaims).\(parts[2])",
            text(#"{"alg":"none","typ":"rt-ek+jwt","kid":"\#(kid)"}"#),
            text(#"{"alg":"none","typ":"rt-ek+jwt","kid":"\#(kid)"}"#, "\(parts[1])."),
            text(#"{"alg":"HS256","typ":"rt-ek+jwt","kid":"\#(kid)"}"#),
            text(#"{"alg":"ES256","typ":"JWT","kid":"\#(kid)"}"#),
            text(#"{"alg":"ES256","typ":"rt-ek+jwt","kid":"unknown"}"#),
            text(#"{"alg":"ES256","typ":"rt-ek+jwt","kid":"../x"}"#),
            "ek_" + String(repeating: "A", count: 5000),
        ] {
            #expect(
                await code { try await authenticator.authenticate(Secret(bad)) } == .invalidClientSecret,
                "\(bad.prefix(60))")
        }

        // Another deployment's key on the same store, and the same key for another audience.
        let elsewhere = try await fixture.replica { $0.audience = "elsewhere" }
        #expect(
            await code { try await elsewhere.services.authenticator.authenticate(Secret(minted)) }
                == .invalidClientSecret)
        let renamed = try await fixture.replica { $0.issuer = "someone" }
        #expect(
            await code { try await renamed.services.authenticator.authenticate(Secret(minted)) } == .invalidClientSecret
        )
        fixture.advanceWall(seconds: 570)
        #expect(await code { try await authenticator.authenticate(Secret(minted)) } == nil)
        fixture.advanceWall(seconds: 30)
        #expect(await code { try await authenticator.authenticate(Secret(minted)) } == .clientSecretExpired)
        for other in [fixture, elsewhere, renamed] { await other.close() }
    }

    @Test func `Replicas agree on one signing key, publish it, and rotation keeps old tokens good`() async throws {
        let fixture = try await TenancyFixture()
        let replicas = [fixture, try await fixture.replica(), try await fixture.replica()]
        let sets = try await withThrowingTaskGroup(of: String.self) { group in
            for replica in replicas { group.addTask { try await replica.services.issuer.publicKeySet() } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(sets.count == 1)
        let set = try #require(sets.first)
        #expect(set.hasPrefix(#"{"keys":[{"kty":"EC","crv":"P-256","x":""#) && !set.contains(#""d":"#))
        let (_, _, principal) = try await fixture.tenant()
        let old = try await fixture.services.issuer.mint(request(), for: principal)
        _ = try await replicas[1].services.authenticator.authenticate(old.value)
        let keyID = try await fixture.services.signingKeys.rotateSigningKey()
        let new = try await fixture.services.issuer.mint(request(), for: principal)
        #expect(set.contains(keyID) == false)
        // A verifier reads the set again for a key it does not know, but not for every token that names one.
        #expect(
            await code { try await replicas[1].services.authenticator.authenticate(new.value) } == .invalidClientSecret)
        replicas[1].advance(SigningKeyRing.unknownKeyPause)
        for minted in [old, new] {
            #expect(await code { try await replicas[1].services.authenticator.authenticate(minted.value) } == nil)
        }
        // A key that was removed stops to count at the next reading.
        try await fixture.redis("DEL", "ap:jwk")
        replicas[1].advance(SigningKeyRing.publicKeyAge)
        #expect(
            await code { try await replicas[1].services.authenticator.authenticate(new.value) } == .invalidClientSecret)
        for replica in replicas { await replica.close() }
    }

    @Test func `Another master key cannot use the stored signing key or configuration`() async throws {
        let fixture = try await TenancyFixture()
        let (_, _, principal) = try await fixture.tenant()
        let minted = try await fixture.services.issuer.mint(request(), for: principal)
        let thief = try await TenancyFixture(server: fixture.server, masterKey: .random())
        #expect(await code { try await thief.services.issuer.mint(request(), for: principal) } == .internal)
        let proven = try await thief.services.authenticator.authenticate(minted.value)
        #expect(await code { try await thief.services.authenticator.sessionConfiguration(of: proven) } == .internal)
        await fixture.close()
        await thief.close()
    }

    @Test func `A key is verified without the store, and a configuration lives as long as a key needs it`() async throws
    {
        let fixture = try await TenancyFixture()
        let (tenant, _, principal) = try await fixture.tenant()
        let minted = try await fixture.services.issuer.mint(request(.seconds(10)), for: principal)
        let proven = try await fixture.services.authenticator.authenticate(minted.value)
        let name = RedisKey.sessionConfiguration(tenant.id, try #require(proven.grant?.configurationDigest)).name
        let brief = try #require(try await fixture.redis("PTTL", name).number)
        #expect(brief > 3_660_000 && brief <= 3_670_000)
        _ = try await fixture.services.issuer.mint(request(.seconds(7200)), for: principal)
        let long = try #require(try await fixture.redis("PTTL", name).number)
        #expect(long > 10_800_000)
        _ = try await fixture.services.issuer.mint(request(.seconds(10)), for: principal)
        #expect(try #require(try await fixture.redis("PTTL", name).number) > 10_800_000)
        #expect(try await fixture.services.authenticator.sessionConfiguration(of: proven) == configurationText)
        fixture.server.kill()
        #expect(await code { try await fixture.services.authenticator.authenticate(minted.value) } == nil)
        #expect(try await fixture.services.authenticator.sessionConfiguration(of: proven) == configurationText)
        fixture.advance(SigningKeyRing.staleKeyAge)
        #expect(await code { try await fixture.services.authenticator.authenticate(minted.value) } == .storeUnavailable)
        await fixture.close()
    }
}

private enum JSONHeader {
    static func kid(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(separator: #""kid":""#).last?.split(separator: "\"").first.map(String.init)
    }
}
