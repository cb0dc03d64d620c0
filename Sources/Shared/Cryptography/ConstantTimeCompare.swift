import COpenSSL

/// Compares two digests of the same length in time that does not depend on where they differ (CRYPTO_memcmp(3)).
///
/// Only for values whose length is public. Different lengths are simply unequal.
package func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return unsafe a.withUnsafeBytes { a in
        unsafe b.withUnsafeBytes { b in unsafe CRYPTO_memcmp(a.baseAddress, b.baseAddress, a.count) == 0 }
    }
}
