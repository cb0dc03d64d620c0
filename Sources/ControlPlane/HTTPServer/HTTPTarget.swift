/// The target of a request line, split and percent-decoded (RFC 3986, origin form only).
///
/// The path is cut at its slashes before decoding, so an encoded slash stays inside its segment.
package struct HTTPTarget: Sendable, Equatable {
    /// As it stood in the request line, query included: may hold secrets, never log it.
    package let raw: String
    /// The path as it stood in the request line, without the query.
    package let path: String
    /// The decoded segments of the path: `/v1/models` is `["v1", "models"]`, `/` is none.
    package let segments: [String]
    /// The decoded parameters of the query, in order.
    package let query: [Parameter]

    /// One `name=value` of a query; the value is empty where there was no `=`.
    package struct Parameter: Sendable, Equatable {
        /// Decoded.
        package let name: String
        /// Decoded.
        package let value: String
    }

    /// Splits `raw`; nil if it is not in origin form or holds a broken percent escape or a control character.
    package init?(_ raw: String) {
        guard raw.utf8.first == UInt8(ascii: "/"), !raw.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) else {
            return nil
        }
        self.raw = raw
        let parts = raw.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        var segments: [String] = []
        for segment in parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let text = Self.decode(segment, plusIsSpace: false) else { return nil }
            segments.append(text)
        }
        if segments.last == "" { segments.removeLast() }
        self.segments = segments
        var query: [Parameter] = []
        if parts.count == 2 {
            for pair in parts[1].split(separator: "&") {
                let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = Self.decode(halves[0], plusIsSpace: true),
                    let value = Self.decode(halves.count == 2 ? halves[1] : "", plusIsSpace: true)
                else { return nil }
                query.append(Parameter(name: name, value: value))
            }
        }
        self.query = query
    }

    /// The first value of the query parameter `name`.
    package func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

    private static func decode(_ text: Substring, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
