import COpenSSL

/// HKDF with SHA-256 (RFC 5869): many independent keys from one secret.
package enum HKDF {
    /// `length` bytes bound to `info`; throws `primitive_failed`.
    package static func deriveBytes(
        from secret: [UInt8], salt: [UInt8] = [], info: [UInt8], length: Int = 32
    ) throws(CryptographyError) -> [UInt8] {
        guard let algorithm = unsafe EVP_KDF_fetch(nil, "HKDF", nil) else { throw .openSSL("EVP_KDF_fetch") }
        defer { unsafe EVP_KDF_free(algorithm) }
        guard let context = unsafe EVP_KDF_CTX_new(algorithm) else { throw .openSSL("EVP_KDF_CTX_new") }
        defer { unsafe EVP_KDF_CTX_free(context) }

        var (digest, secret, salt, info) = (Array("SHA256".utf8CString), secret, salt, info)
        defer { wipe(&secret) }
        var output = [UInt8](repeating: 0, count: length)
        // The parameter list points into these arrays, so the call is made inside their borrow (EVP_KDF-HKDF(7)).
        let done = unsafe digest.withUnsafeMutableBufferPointer { digest in
            unsafe secret.withUnsafeMutableBytes { secret in
                unsafe salt.withUnsafeMutableBytes { salt in
                    unsafe info.withUnsafeMutableBytes { info in
                        unsafe [
                            OSSL_PARAM_construct_utf8_string(antiphon_param_digest, digest.baseAddress, 0),
                            OSSL_PARAM_construct_octet_string(antiphon_param_key, secret.baseAddress, secret.count),
                            OSSL_PARAM_construct_octet_string(antiphon_param_salt, salt.baseAddress, salt.count),
                            OSSL_PARAM_construct_octet_string(antiphon_param_info, info.baseAddress, info.count),
                            OSSL_PARAM_construct_end(),
                        ].withUnsafeBufferPointer { parameters in
                            unsafe EVP_KDF_derive(context, &output, output.count, parameters.baseAddress)
                        }
                    }
                }
            }
        }
        guard done > 0 else { throw .openSSL("EVP_KDF_derive") }
        return output
    }
}

/// Overwrites `bytes` in a way the optimiser may not remove (OPENSSL_cleanse(3)).
package func wipe(_ bytes: inout [UInt8]) {
    unsafe bytes.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
}
