import CLinux
import Glibc

/// One listening TCP socket; closed with the value.
final class ListeningSocket: Sendable {
    let descriptor: Int32
    /// The bound port, also when 0 was asked for.
    let port: Int
    /// Connections that the kernel keeps until we accept them.
    private static let backlog: Int32 = 1024

    /// Binds and listens.
    ///
    /// `host` is a numeric address or a name; "::" means all addresses of both families.
    init(host: String, port: Int) throws(TransportError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &found) == 0, let address = unsafe found else {
            throw TransportError(.cannotListen, "The address \(host) port \(port) is not known.")
        }
        defer { unsafe freeaddrinfo(address) }
        let family = unsafe address.pointee.ai_family
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw TransportError(.cannotListen, "No socket could be made for \(host).") }
        Self.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        if family == AF_INET6 { Self.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
        guard unsafe bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0,
            listen(descriptor, Self.backlog) == 0
        else {
            let reason = errno == EADDRINUSE ? "is in use" : "is not available (error \(errno))"
            _ = close(descriptor)
            throw TransportError(.cannotListen, "The address \(host) port \(port) \(reason).")
        }
        self.descriptor = descriptor
        self.port = Self.boundPort(descriptor)
    }

    deinit { _ = close(descriptor) }

    /// Accepts one connection, with the options that every connection has; nil when none waits.
    func accept() throws(Failure) -> (descriptor: Int32, address: String)? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let (connection, address) = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let connection = unsafe accept4(descriptor, address, &length, flags)
                return (connection, connection >= 0 ? unsafe Self.text(address, length) : "")
            }
        }
        guard connection >= 0 else {
            switch errno {
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: throw .outOfResources
            case EAGAIN: return nil
            // The client gave up while it waited, or the network failed: a matter of that connection only.
            default: throw .connectionLost
            }
        }
        Self.set(connection, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        // Keeps what is not sent out of the kernel, where it would be counted nowhere and could not be dropped.
        Self.set(connection, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, Self.unsentBytesInKernel)
        return (connection, address)
    }

    /// Why no connection could be accepted.
    enum Failure: Error { case outOfResources, connectionLost }

    private static let unsentBytesInKernel: Int32 = 128 << 10

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        // Fails only for options that this kernel or family lacks; the connection works without them.
        _ = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func boundPort(_ descriptor: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let status = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
            guard status == 0 else { return 0 }
            // The port is at the same place in both families.
            return unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe Int(UInt16(bigEndian: $0.pointee.sin_port))
            }
        }
    }

    /// The numeric address; one of IPv4 in an IPv6 socket is written as IPv4.
    private static func text(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> String {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = unsafe getnameinfo(address, length, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
        guard status == 0 else { return "unknown" }
        let text = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.hasPrefix("::ffff:") ? String(text.dropFirst(7)) : text
    }
}
