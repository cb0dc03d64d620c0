import Core
import Cryptography

/// What is kept of API keys: peppered codes, from which a thief of the store can compute nothing.
struct APIKeyDigest: Sendable {
    private let pepper: SymmetricKey

    /// Codes under this master key.
    ///
    /// Throws `primitive_failed`.
    init(masterKey: MasterKey) throws(CryptographyError) { pepper = try masterKey.subkey(.apiKeyPepper) }

    /// The code that is stored and compared.
    func code(of text: Secret) -> [UInt8] { HMACSHA256.authenticate(Array("key|\(text.revealed)".utf8), key: pepper) }

    /// The public id of a key: the one in its text, or for a text that is not in our form one derived from it.
    ///
    /// Nil for a text that can be no key, in particular one with a wrong checksum.
    func keyID(of text: Secret) -> KeyID? {
        if APIKeyText.claimsForm(text) { return APIKeyText(parsing: text)?.id }
        guard APIKeyText.isImportable(text) else { return nil }
        let digest = HMACSHA256.authenticate(Array("id|\(text.revealed)".utf8), key: pepper)
        return KeyID(
            KeyID.prefix + digest.prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
    }
}
