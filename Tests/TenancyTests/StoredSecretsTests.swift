import Core
import Cryptography
import Redis
import TestSupport
import Testing

@testable import Tenancy

@Suite(.timeLimit(.minutes(1))) struct StoredSecretsTests {
    @Test func `After everything was used, no secret can be read out of the store`() async throws {
        let fixture = try await TenancyFixture()
        let own = Secret("operators-own-api-key-0001")
        _ = try await fixture.services.directory.bootstrap(apiKey: own)
        let (_, key, principal) = try await fixture.tenant()
        let worker = try await fixture.worker()
        let secretText = "a line of the instructions nobody else may read"
        let minted = try await fixture.services.issuer.mint(
            EphemeralKeyRequest(configuration: #"{"instructions":"\#(secretText)"}"#, shape: .ga), for: principal)
        let client = try await fixture.services.authenticator.authenticate(minted.value)
        _ = try await fixture.services.authenticator.authenticate(own)
        _ = try await fixture.services.authenticator.sessionConfiguration(of: client)
        let assignment = try await fixture.services.admission.assign(session: session(1), principal: client)
        try await fixture.services.admission.activate(assignment)
        _ = await fixture.services.admission.renew([assignment])
        _ = try await fixture.services.workers.heartbeat(worker)
        _ = try await fixture.services.limiter.chargeRequest(principal, cost: 1)
        _ = try await fixture.services.signingKeys.rotateSigningKey()
        let issuer = try #require(fixture.services.issuer as? RedisEphemeralKeyIssuer)
        let kept = try await issuer.ring.signingKey().key

        let dump = try await fixture.dump()
        #expect(dump.count > 1000)
        var secrets = [
            own.revealed, key.secret.revealed, String(key.secret.revealed.suffix(49)), minted.value.revealed,
            String(minted.value.revealed.dropFirst(3)), secretText, fixture.masterKey.fileContents.revealed,
        ]
        // In a PKCS #8 structure for P-256 the private scalar is the 32 bytes from the 37th on (RFC 5915, RFC 5958).
        let der = try kept.exportPKCS8()
        let scalar = Array(der[36..<68])
        secrets += [Base64URL.encode(der), Base64URL.encode(scalar), RedisReply.string(scalar).flattened]
        for secret in secrets { #expect(!dump.contains(secret.trimmingTrailingNewline)) }
        await fixture.close()
    }
}

extension TenancyFixture {
    /// Every key and value of the store as one text.
    fileprivate func dump() async throws -> String {
        var text = ""
        for name in (try await redis("KEYS", "*").array ?? []).compactMap(\.text) {
            text += name + "\n"
            switch try await redis("TYPE", name).text {
            case "string": text += (try await redis("GET", name)).flattened
            case "hash": text += (try await redis("HGETALL", name)).flattened
            case "zset": text += (try await redis("ZRANGE", name, "0", "-1", "WITHSCORES")).flattened
            // A rate limit is full again and gone.
            case "none": break
            case let type: Issue.record("a record of type \(type ?? "none")")
            }
        }
        return text
    }
}

extension String {
    fileprivate var trimmingTrailingNewline: Substring { hasSuffix("\n") ? dropLast() : self[...] }
}

extension RedisReply {
    fileprivate var flattened: String {
        switch self {
        // Latin-1, so that raw bytes stay what they are.
        case .string(let bytes): String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })) + "\n"
        case .array(let elements): elements.map(\.flattened).joined()
        default: ""
        }
    }
}
