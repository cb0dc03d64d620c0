/// The query of a request target, in order, percent-decoded; a plus sign is a blank, as forms write it.
package struct QueryItems: Sendable, Equatable {
    private let items: [Item]

    private struct Item: Sendable, Equatable {
        var name: String
        var value: String
    }

    /// Reads what stands behind the question mark.
    ///
    /// Broken escapes are taken literally.
    package init(_ query: Substring) {
        items = query.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Item(name: Self.decode(parts[0]), value: parts.count > 1 ? Self.decode(parts[1]) : "")
        }
    }

    /// The first value of `name`; empty for a name without a value.
    package subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

    /// All values of `name`.
    package func values(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// Number of items.
    package var count: Int { items.count }

    private static func decode(_ text: Substring) -> String {
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = hex(bytes[index + 1]),
                let low = hex(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(bytes[index] == UInt8(ascii: "+") ? 0x20 : bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
