import COpenSSL

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// Bytes of a digest.
    package static let digestLength = 32

    /// The digest of `bytes`.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        // EVP_Digest fails only when the algorithm is missing from the library, which the tests would show.
        unsafe MessageDigest.hash(bytes, EVP_sha256(), length: digestLength)
    }

    /// The digest of the UTF-8 bytes of `text`.
    package static func digest(_ text: String) -> [UInt8] { digest(Array(text.utf8)) }
}

/// SHA-1, only to name Lua scripts the way Redis does; never for security.
package enum SHA1 {
    /// The digest of `bytes`, 20 bytes.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] { unsafe MessageDigest.hash(bytes, EVP_sha1(), length: 20) }
}

enum MessageDigest {
    /// One-shot hash, EVP_DigestInit(3).
    @unsafe static func hash(_ bytes: [UInt8], _ algorithm: OpaquePointer?, length: Int) -> [UInt8] {
        let digest = unsafe [UInt8](unsafeUninitializedCapacity: length) { output, count in
            let done = unsafe bytes.withUnsafeBytes { input in
                unsafe EVP_Digest(input.baseAddress, input.count, output.baseAddress, nil, algorithm, nil)
            }
            count = done == 1 ? length : 0
        }
        precondition(digest.count == length, "libcrypto has no such digest")
        return digest
    }
}
