import COpenSSL

/// Bytes nobody can predict.
package enum RandomBytes {
    /// `count` bytes from OpenSSL's generator (RAND_bytes(3)); throws `primitive_failed` when it has no entropy.
    package static func generate(_ count: Int) throws(CryptographyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&bytes, Int32(clamping: count)) == 1 else { throw .openSSL("RAND_bytes") }
        return bytes
    }
}
