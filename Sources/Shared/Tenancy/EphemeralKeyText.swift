import Core
import Cryptography

/// The written form of ephemeral keys: `ek_` and a JSON Web Token, every character legal in an RFC 9110 `token`.
enum EphemeralKeyText {
    static let prefix = "ek_"
    /// `typ` of the token (explicit typing, RFC 8725 section 3.11).
    static let type = "rt-ek+jwt"
    static let scope = "realtime.connect"

    /// The token in `credential`; nil if it is no ephemeral key.
    static func token(in credential: Secret) -> String? {
        credential.revealed.hasPrefix(prefix) ? String(credential.revealed.dropFirst(prefix.count)) : nil
    }
}

/// What an ephemeral key says.
///
/// Nothing in it is secret: anyone who holds the key can read it.
struct EphemeralClaims: Codable, Sendable {
    let iss: String
    let aud: String
    let jti: String
    let iat: Int64
    let nbf: Int64
    let exp: Int64
    /// Tenant.
    let tid: String
    /// API key that minted it.
    let kid_ref: String
    /// What it may do: always `realtime.connect`.
    let scp: String
    /// SHA-256 of the stored session configuration, base64url.
    let cfg: String
    let shape: String
    /// Concurrent sessions allowed through the API key; absent for no limit of its own.
    let kcl: Int?
}
