import COpenSSL

/// An ES256 public key.
///
/// `@unchecked Sendable`: as for `SigningKey`, the EVP_PKEY is never changed after `init`.
@safe package final class VerifyingKey: @unchecked Sendable {
    private let key: OpaquePointer
    /// The coordinates, 32 bytes each.
    package let x: [UInt8], y: [UInt8]

    /// The key at this point of P-256; throws `invalid_key` if the point is not on the curve.
    package convenience init(x: [UInt8], y: [UInt8]) throws(CryptographyError) {
        guard x.count == 32, y.count == 32 else { throw CryptographyError(.invalidKey, "a coordinate has 32 bytes") }
        try self.init(uncompressedPoint: [4] + x + y)
    }

    /// The key at a point in the form 04 || x || y (SEC 1, 2.3.3).
    init(uncompressedPoint point: [UInt8]) throws(CryptographyError) {
        guard point.count == 65, point[0] == 4 else {
            throw CryptographyError(.invalidKey, "not an uncompressed point")
        }
        guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) else { throw .openSSL("EVP_PKEY_CTX_new_id") }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_fromdata_init(context) == 1 else { throw .openSSL("EVP_PKEY_fromdata_init") }
        var made: OpaquePointer?
        var (group, octets) = (Array("P-256".utf8CString), point)
        // The parameter list points into these arrays, so the call is made inside their borrow (EVP_PKEY-EC(7)).
        let done = unsafe group.withUnsafeMutableBufferPointer { group in
            unsafe octets.withUnsafeMutableBytes { octets in
                var parameters = unsafe [
                    OSSL_PARAM_construct_utf8_string(antiphon_param_group_name, group.baseAddress, 0),
                    OSSL_PARAM_construct_octet_string(antiphon_param_public_key, octets.baseAddress, octets.count),
                    OSSL_PARAM_construct_end(),
                ]
                return unsafe EVP_PKEY_fromdata(context, &made, antiphon_evp_pkey_public_key(), &parameters)
            }
        }
        guard done == 1, let key = unsafe made else { throw .openSSL("EVP_PKEY_fromdata", .invalidKey) }
        unsafe self.key = key
        x = Array(point[1...32])
        y = Array(point[33...64])
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// Whether `signature` (R and S, 32 bytes each) is this key's for `message`.
    package func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        guard let der = P256.derSignature(raw: signature), let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        let verified =
            unsafe EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
            && EVP_DigestVerify(context, der, der.count, message, message.count) == 1
        if !verified { ERR_clear_error() }
        return verified
    }
}
