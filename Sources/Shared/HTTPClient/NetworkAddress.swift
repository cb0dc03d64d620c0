import Glibc

/// An IPv4 or IPv6 address.
package struct NetworkAddress: Sendable, Hashable {
    /// 4 or 16 bytes in network order; an IPv4 address that is mapped into IPv6 has 4.
    package let bytes: [UInt8]

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

    /// An address of 4 or 16 bytes; nil for any other number.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes.starts(with: Self.mappedPrefix) ? Array(bytes.dropFirst(12)) : bytes
    }

    /// The address in its usual notation: four decimal numbers, or RFC 4291 without a zone.
    package init?(_ text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        // inet_pton(3) writes 4 or 16 bytes and accepts nothing but the strict notations.
        if unsafe inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(bytes: Array(bytes.prefix(4)))
        } else if unsafe inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(bytes: bytes)
        } else {
            return nil
        }
    }

    /// Whether this is an address of the public internet: none of a host's own, of a private network, of a link, of a provider's
    /// metadata service, of a group, or of a form that hides another address.
    package var isPublic: Bool {
        if bytes.count == 4 { return !Self.specialIPv4.contains { $0.contains(self) } }
        return Self.globalIPv6.contains(self) && !Self.specialIPv6.contains { $0.contains(self) }
    }

    /// IANA IPv4 Special-Purpose Address Registry, multicast and reserved space; the last is Azure's host service.
    private static let specialIPv4 = NetworkBlock.list(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32")
    /// All that IANA has given out for hosts of the internet.
    private static let globalIPv6 = NetworkBlock(bytes: [0x20] + [UInt8](repeating: 0, count: 15), length: 3)
    /// Of it: protocol assignments with Teredo, documentation, 6to4, which holds an IPv4 address, and AS112.
    private static let specialIPv6 = NetworkBlock.list(
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
}
