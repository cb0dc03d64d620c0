import COpenSSL

/// HMAC with SHA-256 (RFC 2104).
package enum HMACSHA256 {
    /// The 32-byte code of `message` under `key`.
    package static func authenticate(_ message: [UInt8], key: SymmetricKey) -> [UInt8] {
        let code = unsafe [UInt8](unsafeUninitializedCapacity: SHA256.digestLength) { output, count in
            let done = unsafe key.bytes.withUnsafeBytes { keyBytes in
                unsafe message.withUnsafeBufferPointer { input in
                    unsafe HMAC(
                        EVP_sha256(), keyBytes.baseAddress, Int32(keyBytes.count), input.baseAddress, input.count,
                        output.baseAddress, nil)
                }
            }
            count = unsafe done == nil ? 0 : SHA256.digestLength
        }
        precondition(code.count == SHA256.digestLength, "libcrypto has no HMAC with SHA-256")
        return code
    }
}
