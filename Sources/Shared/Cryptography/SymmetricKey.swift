/// Secret bytes for HMAC or a cipher; prints as `***` however it is printed.
package struct SymmetricKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The key itself; every use is a place to review.
    let bytes: [UInt8]

    /// Wraps `bytes`.
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A new 256-bit key; throws `primitive_failed`.
    package static func random() throws(CryptographyError) -> SymmetricKey {
        SymmetricKey(try RandomBytes.generate(32))
    }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
