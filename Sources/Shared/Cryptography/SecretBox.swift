/// Seals secrets at rest: AES-256-GCM under a versioned key, bound to the place they are stored in.
///
/// Sealed form: format (1 byte, 1), key version (1 byte), nonce (12), ciphertext, tag (16). The context is authenticated
/// but not stored, so bytes copied to another record or tenant do not open.
package struct SecretBox: Sendable {
    private static let format: UInt8 = 1
    private static let overhead = 2 + AES256GCM.nonceLength + AES256GCM.tagLength

    private let current: UInt8
    private let keys: [UInt8: SymmetricKey]

    /// A box that seals with `key` (32 bytes) and also opens what `older` versions sealed.
    package init(key: SymmetricKey, version: UInt8 = 1, older: [UInt8: SymmetricKey] = [:]) {
        current = version
        keys = older.merging([version: key]) { _, new in new }
    }

    /// `plaintext` sealed for `context` (for example `tenant|object|field`); throws `primitive_failed` or `invalid_key`.
    package func seal(_ plaintext: [UInt8], context: String) throws(CryptographyError) -> [UInt8] {
        guard let key = keys[current] else { throw CryptographyError(.invalidKey) }
        let nonce = try RandomBytes.generate(AES256GCM.nonceLength)
        let sealed = try AES256GCM.seal(
            plaintext, key: key, nonce: nonce, authenticating: Self.authenticated(current, context))
        return [Self.format, current] + nonce + sealed
    }

    /// What was sealed for exactly this `context`; throws `unseal_failed`.
    package func open(_ sealed: [UInt8], context: String) throws(CryptographyError) -> [UInt8] {
        guard sealed.count >= Self.overhead, sealed[0] == Self.format, let key = keys[sealed[1]] else {
            throw CryptographyError(.unsealFailed)
        }
        return try AES256GCM.open(
            sealed[(2 + AES256GCM.nonceLength)...], key: key, nonce: Array(sealed[2..<(2 + AES256GCM.nonceLength)]),
            authenticating: Self.authenticated(sealed[1], context))
    }

    private static func authenticated(_ version: UInt8, _ context: String) -> [UInt8] {
        [format, version] + Array(context.utf8)
    }
}
