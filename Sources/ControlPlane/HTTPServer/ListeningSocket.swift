import Glibc

/// A bound and listening TCP socket.
///
/// Made here rather than by the HTTP library, which does not say why a bind failed.
struct ListeningSocket: ~Copyable {
    let descriptor: Int32
    /// The port really bound.
    let port: UInt16

    /// Binds `host`:`port` and listens.
    init(host: String, port: UInt16) throws(HTTPServerError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &found) == 0, let info = unsafe found else {
            throw HTTPServerError(.cannotBind, "The address \(host) cannot be resolved.")
        }
        defer { unsafe freeaddrinfo(info) }
        let socket = unsafe Glibc.socket(
            info.pointee.ai_family, info.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.pointee.ai_protocol)
        guard socket >= 0 else { throw Self.failure(host, port, errno) }
        var on: Int32 = 1
        unsafe setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe bind(socket, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0, listen(socket, 511) == 0 else {
            let reason = errno
            close(socket)
            throw Self.failure(host, port, reason)
        }
        descriptor = socket
        self.port = Self.boundPort(socket)
    }

    deinit { close(descriptor) }

    private static func failure(_ host: String, _ port: UInt16, _ reason: Int32) -> HTTPServerError {
        if reason == EADDRINUSE {
            return HTTPServerError(.addressInUse, "Port \(port) on \(host) is in use by another process.")
        }
        return unsafe HTTPServerError(
            .cannotBind, "Cannot listen on \(host):\(port): \(String(cString: strerror(reason))).")
    }

    private static func boundPort(_ socket: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // Both families keep the port in the same two bytes (ip(7), ipv6(7)).
        return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            guard let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                unsafe getsockname(socket, base, &length) == 0
            else { return 0 }
            return unsafe UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
    }
}
