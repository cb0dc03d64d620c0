/// The address of a tool's endpoint, in the plain form that leaves no reader room for another reading: scheme, host, port, path.
package struct ServerToolURL: Sendable, Equatable {
    /// The address as written.
    package let text: String
    /// Whether the scheme is https.
    package let isSecure: Bool
    /// In lower case; IPv6 addresses without their brackets.
    package let host: String
    /// The port, by the scheme where none is written.
    package let port: Int

    /// Characters of an address.
    static let longest = 2048

    /// nil: not an address of this form.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy(Self.isAllowed) else { return nil }
        let rest: Substring
        if text.lowercased().hasPrefix("https://") {
            (isSecure, rest) = (true, text.dropFirst("https://".count))
        } else if text.lowercased().hasPrefix("http://") {
            (isSecure, rest) = (false, text.dropFirst("http://".count))
        } else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let (host, port) = Self.parts(authority) else { return nil }
        self.text = text
        self.host = host.lowercased()
        self.port = port ?? (isSecure ? 443 : 80)
    }

    /// What a URL may hold without escapes (RFC 3986 section 2), but no fragment.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~:/?[]@!$&'()*+,;=%".utf8.contains(byte)
        }
    }

    /// Host and port of an authority without user and password.
    private static func parts(_ authority: Substring) -> (host: String, port: Int?)? {
        let host: Substring
        var rest: Substring
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            rest = authority[authority.index(after: end)...]
            guard host.utf8.allSatisfy({ isHexadecimal($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
            else {
                return nil
            }
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
            guard host.utf8.allSatisfy(isHostCharacter), host.first != "-", host.first != "." else { return nil }
        }
        guard !host.isEmpty else { return nil }
        guard !rest.isEmpty else { return (String(host), nil) }
        rest = rest.dropFirst()
        // `Int` would also read a sign.
        guard authority[..<rest.startIndex].last == ":", (1...5).contains(rest.utf8.count),
            rest.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let port = Int(rest),
            (1...65535).contains(port)
        else { return nil }
        return (String(host), port)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func isHostCharacter(_ byte: UInt8) -> Bool {
        SessionDecoder.isNameCharacter(byte) || byte == UInt8(ascii: ".")
    }
}
