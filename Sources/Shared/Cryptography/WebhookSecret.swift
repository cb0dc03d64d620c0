package import Core
import Foundation

/// The key by which a tenant's endpoints recognise our requests, and its signatures (https://www.standardwebhooks.com).
package struct WebhookSecret: Sendable {
    private let key: SymmetricKey

    /// The secret of `tenant`, derived from the master key: the same in every process, and nothing has to be stored.
    ///
    /// Throws `primitive_failed`.
    package init(masterKey: MasterKey, tenant: TenantID) throws(CryptographyError) {
        let subkey = try masterKey.subkey(.toolSigning)
        key = SymmetricKey(try HKDF.deriveBytes(from: subkey.bytes, info: Array(tenant.rawValue.utf8)))
    }

    init(key: SymmetricKey) { self.key = key }

    /// As the tenant's verifier wants it: `whsec_` and base64.
    package var text: Secret { Secret("whsec_" + Data(key.bytes).base64EncodedString()) }

    /// The value of `webhook-signature` for a message with this id and time.
    package func signature(id: String, timestamp: UnixTime, body: [UInt8]) -> String {
        let signed = Array("\(id).\(timestamp.seconds).".utf8) + body
        return "v1," + Data(HMACSHA256.authenticate(signed, key: key)).base64EncodedString()
    }
}
