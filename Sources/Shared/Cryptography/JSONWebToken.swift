package import Core
import Foundation

/// JSON Web Tokens (RFC 7519) in compact form, signed with ES256 and nothing else (RFC 8725).
///
/// DESIGN. Checks run from cheap to dear: length, shape, header, then (after the caller found the key by its id)
/// signature, then claims. Nothing of the payload is looked at before the signature holds. The header may have `alg`,
/// `typ` and `kid` only, so no token can bring a key or a URL of one along.
package struct JSONWebToken: Sendable {
    /// Longest token looked at, in bytes.
    package static let maximumLength = 4096

    /// The id of the key that signed it.
    package let keyID: String
    private let signingInput: [UInt8]
    private let payload: [UInt8]
    private let signature: [UInt8]

    /// What a token must say to be accepted.
    package struct Expectation: Sendable {
        /// Clock difference forgiven on `nbf` and `iat`, never on `exp`.
        package static let leeway = Duration.seconds(30)
        /// The only `iss` accepted.
        package let issuer: String
        /// The only `aud` accepted.
        package let audience: String

        /// Accepts tokens of exactly this issuer for exactly this audience.
        package init(issuer: String, audience: String) {
            self.issuer = issuer
            self.audience = audience
        }
    }

    /// Whether `text` can be a key id: 1 to 64 letters, digits, `_` or `-`.
    package static func isKeyID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// Takes a token apart and checks its header; proves nothing yet.
    ///
    /// Throws `too_long`, `malformed_token`, `wrong_algorithm`, `wrong_type` or `invalid_key_id`.
    package init(parsing text: String, type: String) throws(CryptographyError) {
        guard text.utf8.count <= Self.maximumLength else { throw CryptographyError(.tooLong) }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw CryptographyError(.malformedToken) }
        keyID = try Self.checkedKeyID(header: header, type: type)
        signingInput = Array(text.utf8.prefix(parts[0].count + 1 + parts[1].count))
        (self.payload, self.signature) = (payload, signature)
    }

    /// The claims, once the signature by `key` and the registered claims hold at `now`.
    ///
    /// Throws `invalid_signature`, `malformed_token`, `wrong_issuer`, `wrong_audience`, `expired` or `not_yet_valid`.
    package func verify<Claims: Decodable>(
        _ claims: Claims.Type = Claims.self, with key: VerifyingKey, expecting expectation: Expectation, now: UnixTime
    ) throws(CryptographyError) -> Claims {
        guard key.isValid(signature: signature, for: signingInput) else { throw CryptographyError(.invalidSignature) }
        let decoder = JSONDecoder()
        guard let registered = try? decoder.decode(RegisteredClaims.self, from: Data(payload)) else {
            throw CryptographyError(.malformedToken)
        }
        guard registered.iss == expectation.issuer else { throw CryptographyError(.wrongIssuer) }
        guard registered.aud == expectation.audience else { throw CryptographyError(.wrongAudience) }
        guard now < UnixTime(seconds: registered.exp) else { throw CryptographyError(.expired) }
        let latest = now + Expectation.leeway
        guard UnixTime(seconds: registered.nbf) <= latest, UnixTime(seconds: registered.iat) <= latest else {
            throw CryptographyError(.notYetValid)
        }
        guard let claims = try? decoder.decode(Claims.self, from: Data(payload)) else {
            throw CryptographyError(.malformedToken)
        }
        return claims
    }

    /// A signed token; `claims` must have `iss`, `aud`, `exp`, `nbf` and `iat`.
    ///
    /// Throws `primitive_failed`, `invalid_key_id` or `too_long`.
    package static func sign(
        _ claims: some Encodable, type: String, key: SigningKey, keyID: String
    ) throws(CryptographyError) -> String {
        guard isKeyID(keyID) else { throw CryptographyError(.invalidKeyID) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let payload = try? encoder.encode(claims) else { throw CryptographyError(.malformedToken) }
        let header = Array(#"{"alg":"ES256","kid":"\#(keyID)","typ":"\#(type)"}"#.utf8)
        let input = "\(Base64URL.encode(header)).\(Base64URL.encode(Array(payload)))"
        let token = "\(input).\(Base64URL.encode(try key.sign(Array(input.utf8))))"
        guard token.utf8.count <= maximumLength else { throw CryptographyError(.tooLong) }
        return token
    }

    private static func checkedKeyID(header: [UInt8], type: String) throws(CryptographyError) -> String {
        guard let members = try? JSONDecoder().decode([String: String].self, from: Data(header)),
            members.keys.allSatisfy({ ["alg", "typ", "kid"].contains($0) })
        else { throw CryptographyError(.malformedToken) }
        guard members["alg"] == "ES256" else { throw CryptographyError(.wrongAlgorithm) }
        guard members["typ"] == type else { throw CryptographyError(.wrongType) }
        guard let keyID = members["kid"], isKeyID(keyID) else { throw CryptographyError(.invalidKeyID) }
        return keyID
    }
}

/// The claims every token of ours has (RFC 7519 section 4.1).
private struct RegisteredClaims: Decodable {
    let iss: String
    let aud: String
    let exp: Int64
    let nbf: Int64
    let iat: Int64
}
