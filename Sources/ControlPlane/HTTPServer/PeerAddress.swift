import Glibc

/// Numeric text of socket addresses.
enum PeerAddress {
    /// The address without port; IPv4 in its own form also when it came mapped into IPv6.
    ///
    /// `unknown` for other families.
    static func text(_ address: UnsafePointer<sockaddr>?) -> String {
        guard let address = unsafe address else { return "unknown" }
        let raw = unsafe UnsafeRawPointer(address)
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch unsafe Int32(address.pointee.sa_family) {
        case AF_INET:
            var ip = unsafe raw.loadUnaligned(as: sockaddr_in.self).sin_addr
            guard unsafe inet_ntop(AF_INET, &ip, &buffer, socklen_t(buffer.count)) != nil else { return "unknown" }
        case AF_INET6:
            var ip = unsafe raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            guard unsafe inet_ntop(AF_INET6, &ip, &buffer, socklen_t(buffer.count)) != nil else { return "unknown" }
        default: return "unknown"
        }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.hasPrefix("::ffff:") ? String(text.dropFirst(7)) : text
    }
}
