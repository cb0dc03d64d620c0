import COpenSSL

/// AES-256 in Galois/Counter Mode with 96-bit nonces and 128-bit tags (NIST SP 800-38D).
enum AES256GCM {
    static let keyLength = 32
    static let nonceLength = 12
    static let tagLength = 16

    /// Ciphertext followed by the tag.
    ///
    /// The caller never uses a nonce twice with one key.
    static func seal(
        _ plaintext: [UInt8], key: SymmetricKey, nonce: [UInt8], authenticating context: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        let cipher = try CipherContext()
        try cipher.start(key: key, nonce: nonce, encrypting: true)
        try cipher.authenticate(context)
        var sealed = try cipher.update(plaintext)
        sealed += try cipher.finishEncrypting()
        return sealed
    }

    /// The plaintext, if tag, nonce, key and context all belong together; throws `unseal_failed`.
    static func open(
        _ sealed: ArraySlice<UInt8>, key: SymmetricKey, nonce: [UInt8], authenticating context: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        guard sealed.count >= tagLength else { throw CryptographyError(.unsealFailed) }
        let cipher = try CipherContext()
        try cipher.start(key: key, nonce: nonce, encrypting: false)
        try cipher.authenticate(context)
        var plaintext = try cipher.update(Array(sealed.dropLast(tagLength)))
        do {
            try cipher.finishDecrypting(tag: Array(sealed.suffix(tagLength)))
        } catch {
            wipe(&plaintext)
            throw error
        }
        return plaintext
    }
}

/// One use of one EVP_CIPHER_CTX (EVP_EncryptInit(3), "AEAD Interface").
@safe private struct CipherContext: ~Copyable {
    private let context: OpaquePointer

    init() throws(CryptographyError) {
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .openSSL("EVP_CIPHER_CTX_new") }
        unsafe self.context = context
    }

    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    func start(key: SymmetricKey, nonce: [UInt8], encrypting: Bool) throws(CryptographyError) {
        guard key.bytes.count == AES256GCM.keyLength, nonce.count == AES256GCM.nonceLength else {
            throw CryptographyError(.invalidKey, "AES-256-GCM takes a 32-byte key and a 12-byte nonce")
        }
        let done = unsafe EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key.bytes, nonce, encrypting ? 1 : 0)
        guard done == 1 else { throw .openSSL("EVP_CipherInit_ex") }
    }

    func authenticate(_ bytes: [UInt8]) throws(CryptographyError) {
        guard !bytes.isEmpty else { return }
        var written: Int32 = 0
        guard unsafe EVP_CipherUpdate(context, nil, &written, bytes, Int32(bytes.count)) == 1 else {
            throw .openSSL("EVP_CipherUpdate")
        }
    }

    func update(_ bytes: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var output = [UInt8](repeating: 0, count: bytes.count)
        var written: Int32 = 0
        guard unsafe EVP_CipherUpdate(context, &output, &written, bytes, Int32(bytes.count)) == 1,
            Int(written) == bytes.count
        else { throw .openSSL("EVP_CipherUpdate") }
        return output
    }

    func finishEncrypting() throws(CryptographyError) -> [UInt8] {
        var written: Int32 = 0
        var tag = [UInt8](repeating: 0, count: AES256GCM.tagLength)
        guard unsafe EVP_CipherFinal_ex(context, &tag, &written) == 1,
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(AES256GCM.tagLength), &tag) == 1
        else { throw .openSSL("EVP_CipherFinal_ex") }
        return tag
    }

    func finishDecrypting(tag: [UInt8]) throws(CryptographyError) {
        var (tag, written) = (tag, Int32(0))
        var rest = [UInt8](repeating: 0, count: AES256GCM.tagLength)
        guard unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1,
            unsafe EVP_CipherFinal_ex(context, &rest, &written) == 1
        else { throw .openSSL("EVP_CipherFinal_ex", .unsealFailed) }
    }
}
