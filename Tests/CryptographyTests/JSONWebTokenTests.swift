import Core
import Cryptography
import Testing

private struct Claims: Codable, Equatable {
    var iss = "issuer"
    var aud = "audience"
    var exp: Int64 = 1_000_600
    var nbf: Int64 = 1_000_000
    var iat: Int64 = 1_000_000
    var extra = "value"
}

@Suite struct JSONWebTokenTests {
    private let key: SigningKey
    private let type = "rt-ek+jwt"
    private let expectation = JSONWebToken.Expectation(issuer: "issuer", audience: "audience")
    private let now = UnixTime(seconds: 1_000_100)

    init() throws { key = try SigningKey() }

    private func verify(_ token: String, now: UnixTime? = nil) throws -> Claims {
        try JSONWebToken(parsing: token, type: type)
            .verify(with: key.publicKey(), expecting: expectation, now: now ?? self.now)
    }

    private func failure(_ token: String, now: UnixTime? = nil) -> CryptographyError.Code? {
        do {
            _ = try verify(token, now: now)
            return nil
        } catch { return (error as? CryptographyError)?.code }
    }

    private func signed(_ claims: Claims = Claims()) throws -> String {
        try JSONWebToken.sign(claims, type: type, key: key, keyID: "k1")
    }

    /// A token whose header is free text, signed properly.
    private func token(header: String, payload: String? = nil) throws -> String {
        let claims =
            payload ?? #"{"iss":"issuer","aud":"audience","exp":1000600,"nbf":1000000,"iat":1000000,"extra":"value"}"#
        let input = "\(Base64URL.encode(Array(header.utf8))).\(Base64URL.encode(Array(claims.utf8)))"
        return "\(input).\(Base64URL.encode(try key.sign(Array(input.utf8))))"
    }

    @Test func `A token comes back with its claims and names its key`() throws {
        let token = try signed()
        #expect(try JSONWebToken(parsing: token, type: type).keyID == "k1")
        #expect(try verify(token) == Claims())
        #expect(try verify(self.token(header: #"{"alg":"ES256","typ":"rt-ek+jwt","kid":"k1"}"#)) == Claims())
    }

    @Test func `A genuine token with another key, a changed payload or a changed signature is refused`() throws {
        let token = try signed()
        let other = try JSONWebToken.sign(Claims(), type: type, key: SigningKey(), keyID: "k1")
        #expect(failure(other) == .invalidSignature)
        let parts = token.split(separator: ".").map(String.init)
        let otherPayload = try signed(Claims(extra: "changed")).split(separator: ".")[1]
        #expect(failure("\(parts[0]).\(otherPayload).\(parts[2])") == .invalidSignature)
        #expect(failure("\(parts[0]).\(parts[1]).") == .invalidSignature)
        #expect(failure("\(parts[0]).\(parts[1]).AAAA") == .invalidSignature)
    }

    @Test(arguments: [
        (#"{"alg":"none","typ":"rt-ek+jwt","kid":"k1"}"#, CryptographyError.Code.wrongAlgorithm),
        (#"{"alg":"HS256","typ":"rt-ek+jwt","kid":"k1"}"#, .wrongAlgorithm),
        (#"{"alg":"es256","typ":"rt-ek+jwt","kid":"k1"}"#, .wrongAlgorithm),
        (#"{"typ":"rt-ek+jwt","kid":"k1"}"#, .wrongAlgorithm),
        (#"{"alg":"ES256","typ":"JWT","kid":"k1"}"#, .wrongType),
        (#"{"alg":"ES256","kid":"k1"}"#, .wrongType),
        (#"{"alg":"ES256","typ":"rt-ek+jwt"}"#, .invalidKeyID),
        (#"{"alg":"ES256","typ":"rt-ek+jwt","kid":""}"#, .invalidKeyID),
        (#"{"alg":"ES256","typ":"rt-ek+jwt","kid":"../../etc/passwd"}"#, .invalidKeyID),
        (#"{"alg":"ES256","typ":"rt-ek+jwt","kid":"k1'; DROP"}"#, .invalidKeyID),
        (#"{"alg":"ES256","typ":"rt-ek+jwt","kid":"k1","jku":"https://evil.example/jwks"}"#, .malformedToken),
        (#"{"alg":"ES256","typ":"rt-ek+jwt","kid":"k1","x5u":"https://evil.example/x"}"#, .malformedToken),
        (#"{"alg":"ES256","typ":"rt-ek+jwt","kid":"k1","jwk":{"kty":"EC"}}"#, .malformedToken),
        (#"{"alg":"ES256","typ":"rt-ek+jwt","kid":"k1","crit":["exp"]}"#, .malformedToken),
        (#"{"alg":"ES256","typ":"rt-ek+jwt","kid":["k1"]}"#, .malformedToken),
        ("not json", .malformedToken), ("[]", .malformedToken),
    ])
    func `A header that asks for anything else is refused although the signature is right`(
        header: String, code: CryptographyError.Code
    ) throws {
        #expect(failure(try token(header: header)) == code)
    }

    @Test func `A key id of 64 characters passes and one of 65 does not`() throws {
        let longest = String(repeating: "k", count: 64)
        #expect(failure(try token(header: #"{"alg":"ES256","typ":"rt-ek+jwt","kid":"\#(longest)"}"#)) == nil)
        #expect(failure(try token(header: #"{"alg":"ES256","typ":"rt-ek+jwt","kid":"\#(longest)k"}"#)) == .invalidKeyID)
    }

    @Test(arguments: ["", ".", "..", "a.b", "a.b.c.d", "é.é.é", "ek_.x.y", "e30.e30.e30", "=.=.="])
    func `Text that is no token is refused`(text: String) {
        #expect([.malformedToken, .wrongAlgorithm].contains(failure(text)))
    }

    @Test func `A token over 4 KiB is refused before anything is decoded`() throws {
        #expect(failure(String(repeating: "A", count: 4097)) == .tooLong)
        #expect(failure(String(repeating: "A", count: 4096)) == .malformedToken)
        #expect(throws: CryptographyError.self) { try signed(Claims(extra: String(repeating: "x", count: 4096))) }
    }

    @Test func `Deeply nested claims are refused, not overflowed`() throws {
        let payload = String(repeating: "[", count: 2000)
        #expect(
            failure(try token(header: #"{"alg":"ES256","typ":"rt-ek+jwt","kid":"k1"}"#, payload: payload))
                == .malformedToken)
    }

    @Test func `Issuer and audience must match exactly`() throws {
        #expect(failure(try signed(Claims(iss: "issuer2"))) == .wrongIssuer)
        #expect(failure(try signed(Claims(iss: "Issuer"))) == .wrongIssuer)
        #expect(failure(try signed(Claims(aud: "audience/"))) == .wrongAudience)
    }

    @Test func `Expiry is exact, and only a start in the future is forgiven 30 seconds`() throws {
        let token = try signed()
        #expect(failure(token, now: UnixTime(seconds: 1_000_599)) == nil)
        #expect(failure(token, now: UnixTime(seconds: 1_000_600)) == .expired)
        #expect(failure(token, now: UnixTime(seconds: 999_970)) == nil)
        #expect(failure(token, now: UnixTime(seconds: 999_969)) == .notYetValid)
        #expect(failure(try signed(Claims(exp: .max, nbf: .max, iat: .max))) == .notYetValid)
        #expect(failure(try signed(Claims(exp: .min))) == .expired)
    }

    @Test func `Claims that are missing are refused`() throws {
        let payload = #"{"iss":"issuer","aud":"audience","exp":1000600}"#
        #expect(
            failure(try token(header: #"{"alg":"ES256","typ":"rt-ek+jwt","kid":"k1"}"#, payload: payload))
                == .malformedToken)
    }

    @Test func `Cutting a token short at any place never verifies`() throws {
        let token = try signed()
        for length in 0..<token.count { #expect(failure(String(token.prefix(length))) != nil) }
    }
}
