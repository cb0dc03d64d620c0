/// CRC-32 as in IEEE 802.3 and zlib: finds typing errors, proves nothing.
package enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    /// The checksum of `bytes`.
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { state, byte in table[Int((state ^ UInt32(byte)) & 0xFF)] ^ (state >> 8) }
    }
}
