import COpenSSL

/// An ES256 private key (ECDSA on P-256 with SHA-256, RFC 7518 section 3.4).
///
/// `@unchecked Sendable`: the EVP_PKEY is never changed after `init`, and OpenSSL allows concurrent use of an unchanging
/// key by separate contexts (openssl-threads(7)).
@safe package final class SigningKey: @unchecked Sendable {
    private let key: OpaquePointer

    /// A new key; throws `primitive_failed`.
    package init() throws(CryptographyError) {
        guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) else { throw .openSSL("EVP_PKEY_CTX_new_id") }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
            unsafe EVP_PKEY_keygen(context, &made) == 1, let key = unsafe made
        else { throw .openSSL("EVP_PKEY_keygen") }
        unsafe self.key = key
    }

    /// The key of a PKCS #8 structure in DER; throws `invalid_key` if it is none or not on P-256.
    package init(pkcs8 der: [UInt8]) throws(CryptographyError) {
        let key = unsafe der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &cursor, buffer.count)
        }
        guard let key = unsafe key else { throw .openSSL("d2i_AutoPrivateKey", .invalidKey) }
        guard unsafe P256.isOnCurve(key) else {
            unsafe EVP_PKEY_free(key)
            throw CryptographyError(.invalidKey, "not a P-256 key")
        }
        unsafe self.key = key
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// The private key as PKCS #8 in DER, for sealing; the caller wipes it.
    ///
    /// Throws `primitive_failed`.
    package func exportPKCS8() throws(CryptographyError) -> [UInt8] {
        guard let info = unsafe EVP_PKEY2PKCS8(key) else { throw .openSSL("EVP_PKEY2PKCS8") }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
        let length = unsafe i2d_PKCS8_PRIV_KEY_INFO(info, nil)
        guard length > 0 else { throw .openSSL("i2d_PKCS8_PRIV_KEY_INFO") }
        var der = [UInt8](repeating: 0, count: Int(length))
        let written = unsafe der.withUnsafeMutableBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return unsafe i2d_PKCS8_PRIV_KEY_INFO(info, &cursor)
        }
        guard written == length else { throw .openSSL("i2d_PKCS8_PRIV_KEY_INFO") }
        return der
    }

    /// The public half; throws `primitive_failed`.
    package func publicKey() throws(CryptographyError) -> VerifyingKey {
        try VerifyingKey(uncompressedPoint: try unsafe P256.point(of: key))
    }

    /// The signature of `message`: R and S, 32 bytes each; throws `primitive_failed`.
    package func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .openSSL("EVP_MD_CTX_new") }
        defer { unsafe EVP_MD_CTX_free(context) }
        var der = [UInt8](repeating: 0, count: P256.longestDERSignature)
        var length = der.count
        guard unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            unsafe EVP_DigestSign(context, &der, &length, message, message.count) == 1
        else { throw .openSSL("EVP_DigestSign") }
        return try P256.rawSignature(der: Array(der.prefix(length)))
    }
}
