import COpenSSL

/// What signing and verifying share about the curve and its signature encodings.
enum P256 {
    /// Most bytes of an ECDSA-Sig-Value on a 256-bit curve.
    static let longestDERSignature = 72
    private static let coordinateLength = 32

    /// Whether `key` is an elliptic-curve key on P-256.
    @unsafe static func isOnCurve(_ key: OpaquePointer) -> Bool {
        guard unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_EC else { return false }
        var (name, length) = ([CChar](repeating: 0, count: 64), 0)
        guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1 else { return false }
        let group = String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return group == "prime256v1" || group == "P-256"
    }

    /// The public point of `key` in uncompressed form.
    @unsafe static func point(of key: OpaquePointer) throws(CryptographyError) -> [UInt8] {
        var encoded: UnsafeMutablePointer<UInt8>?
        let length = unsafe EVP_PKEY_get1_encoded_public_key(key, &encoded)
        guard length > 0, let encoded = unsafe encoded else { throw .openSSL("EVP_PKEY_get1_encoded_public_key") }
        defer { unsafe CRYPTO_free(encoded, #file, #line) }
        return unsafe Array(UnsafeBufferPointer(start: encoded, count: length))
    }

    /// R and S of a DER signature at fixed width (RFC 7518 section 3.4).
    static func rawSignature(der: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let parsed = unsafe der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return unsafe d2i_ECDSA_SIG(nil, &cursor, buffer.count)
        }
        guard let parsed = unsafe parsed else { throw .openSSL("d2i_ECDSA_SIG") }
        defer { unsafe ECDSA_SIG_free(parsed) }
        var raw = [UInt8](repeating: 0, count: 2 * coordinateLength)
        let width = Int32(coordinateLength)
        let done = unsafe raw.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            return unsafe BN_bn2binpad(ECDSA_SIG_get0_r(parsed), base, width) == width
                && BN_bn2binpad(ECDSA_SIG_get0_s(parsed), base + coordinateLength, width) == width
        }
        guard done else { throw .openSSL("BN_bn2binpad") }
        return raw
    }

    /// The DER form of R and S; nil unless there are exactly 64 bytes.
    static func derSignature(raw: [UInt8]) -> [UInt8]? {
        guard raw.count == 2 * coordinateLength else { return nil }
        let width = Int32(coordinateLength)
        guard let signature = unsafe ECDSA_SIG_new() else { return nil }
        defer { unsafe ECDSA_SIG_free(signature) }
        let r = unsafe BN_bin2bn(Array(raw.prefix(coordinateLength)), width, nil)
        let s = unsafe BN_bin2bn(Array(raw.suffix(coordinateLength)), width, nil)
        // ECDSA_SIG_set0 takes ownership of both numbers when it succeeds.
        guard unsafe ECDSA_SIG_set0(signature, r, s) == 1 else {
            unsafe BN_free(r)
            unsafe BN_free(s)
            return nil
        }
        var der = [UInt8](repeating: 0, count: longestDERSignature)
        let length = unsafe der.withUnsafeMutableBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return unsafe i2d_ECDSA_SIG(signature, &cursor)
        }
        return length > 0 ? Array(der.prefix(Int(length))) : nil
    }
}
