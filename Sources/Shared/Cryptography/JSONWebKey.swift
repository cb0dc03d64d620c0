import Foundation

/// A public ES256 key as JSON (RFC 7517): what `/.well-known/jwks.json` lists.
package struct JSONWebKey: Sendable, Hashable, Codable {
    /// Key type: always `EC`.
    package let kty: String
    /// Curve: always `P-256`.
    package let crv: String
    /// First coordinate, base64url.
    package let x: String
    /// Second coordinate, base64url.
    package let y: String
    /// The id tokens name the key by.
    package let kid: String
    /// Algorithm: always `ES256`.
    package let alg: String
    /// Purpose: always `sig`.
    package let use: String

    /// The JSON form of `key` under the id `keyID`.
    package init(_ key: VerifyingKey, keyID: String) {
        (kty, crv, alg, use, kid) = ("EC", "P-256", "ES256", "sig", keyID)
        (x, y) = (Base64URL.encode(key.x), Base64URL.encode(key.y))
    }

    /// The key itself; throws `invalid_key` for any other kind of key.
    package func verifyingKey() throws(CryptographyError) -> VerifyingKey {
        guard kty == "EC", crv == "P-256", alg == "ES256", use == "sig", JSONWebToken.isKeyID(kid),
            let x = Base64URL.decode(x), let y = Base64URL.decode(y)
        else { throw CryptographyError(.invalidKey, "not an ES256 key") }
        return try VerifyingKey(x: x, y: y)
    }

    /// The JSON text.
    package var json: String {
        // Every member is a short string of a known alphabet, so no escaping can be needed.
        """
        {"kty":"\(kty)","crv":"\(crv)","x":"\(x)","y":"\(y)","kid":"\(kid)","alg":"\(alg)","use":"\(use)"}
        """
    }

    /// The key described by `json`; nil if it is not the JSON of one.
    package init?(json: String) {
        guard let key = try? JSONDecoder().decode(JSONWebKey.self, from: Data(json.utf8)) else { return nil }
        self = key
    }

    /// The thumbprint of `key` (RFC 7638), which serves as its id.
    package static func thumbprint(_ key: VerifyingKey) -> String {
        let canonical = """
            {"crv":"P-256","kty":"EC","x":"\(Base64URL.encode(key.x))","y":"\(Base64URL.encode(key.y))"}
            """
        return Base64URL.encode(SHA256.digest(canonical))
    }
}
