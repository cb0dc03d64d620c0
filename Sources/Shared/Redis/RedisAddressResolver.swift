import Dispatch
import EventLoops
import Glibc

/// Turns a host name into a numeric address without holding up the loop.
enum RedisAddressResolver {
    /// Calls `completion` on the loop with an endpoint hiredis can connect to without a look-up; nil if there is none.
    static func resolve(
        _ endpoint: RedisAddress.Endpoint, on loop: any EventLoop,
        completion: @escaping @Sendable (RedisAddress.Endpoint?) -> Void
    ) {
        guard case .tcp(let host, let port) = endpoint, !isNumeric(host) else {
            return loop.execute { completion(endpoint) }
        }
        // getaddrinfo(3) blocks for as long as the resolver likes; reconnects are rare, so a shared queue is enough.
        DispatchQueue.global(qos: .userInitiated).async {
            let address = lookUp(host)
            loop.execute { completion(address.map { .tcp(host: $0, port: port) }) }
        }
    }

    private static func isNumeric(_ host: String) -> Bool {
        var (v4, v6) = (in_addr(), in6_addr())
        return unsafe inet_pton(AF_INET, host, &v4) == 1 || inet_pton(AF_INET6, host, &v6) == 1
    }

    private static func lookUp(_ host: String) -> String? {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0, let first = unsafe list else { return nil }
        defer { unsafe freeaddrinfo(list) }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let done = unsafe getnameinfo(
            first.pointee.ai_addr, first.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        return done == 0 ? String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}
