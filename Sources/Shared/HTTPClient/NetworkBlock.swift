/// All addresses that begin with the same bits.
package struct NetworkBlock: Sendable, Hashable {
    private let bytes: [UInt8]
    private let length: Int

    init(bytes: [UInt8], length: Int) {
        self.bytes = bytes
        self.length = length
    }

    /// `address/length`, or an address for itself alone.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ NetworkAddress(String($0)) }) else { return nil }
        bytes = address.bytes
        guard parts.count == 2 else {
            length = address.bytes.count * 8
            return
        }
        let digits = parts[1]
        guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(digits), length <= address.bytes.count * 8
        else { return nil }
        self.length = length
    }

    /// Whether `address` is one of them.
    package func contains(_ address: NetworkAddress) -> Bool {
        guard address.bytes.count == bytes.count else { return false }
        let whole = length / 8
        guard address.bytes.prefix(whole) == bytes.prefix(whole) else { return false }
        guard length % 8 > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xff00 >> (length % 8))
        return address.bytes[whole] & mask == bytes[whole] & mask
    }

    static func list(_ texts: String...) -> [NetworkBlock] {
        texts.map { text in
            guard let block = NetworkBlock(text) else {
                preconditionFailure("our own table of addresses is wrong: \(text)")
            }
            return block
        }
    }
}
