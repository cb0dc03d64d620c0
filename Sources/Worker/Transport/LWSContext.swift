import CWebSockets
import EventLoops
import Glibc
import Observability

/// The one `lws_context` of a server, and the driver of its loop.
///
/// DESIGN: Debian's libwebsockets 4.1.6 is built without external polling, so the thread has to block inside
/// `lws_service`. For the loop's own events to end that blocking, the context watches a duplicate of the loop's epoll
/// descriptor as a raw file (a duplicate, because it closes what it adopts). Sockets are listened to, accepted and asked
/// about elsewhere; the context only adopts those whose request was granted, and does handshake and framing.
///
/// Used on the loop's thread only, which also is why it may be `@unchecked Sendable`; the pointers are valid from `init`
/// to `close`, hence `@safe`.
@safe
final class LWSContext: EventLoopDriver, @unchecked Sendable {
    /// Payload bytes of one receive buffer, which each connection owns one of: room for 100 ms of 24 kHz audio in base64.
    static let receiveBufferBytes = 8 << 10
    /// Bytes of the scratch buffer of the thread: one receive buffer with headers, and the handshake.
    private static let scratchBytes = 16 << 10
    /// The library's own descriptors: our epoll and its event pipe, with some room.
    private static let ownDescriptors = 16

    private var context: OpaquePointer?
    private let vhost: OpaquePointer
    private let protocols: UnsafeMutablePointer<lws_protocols>
    private let adoption: Adoption

    /// The connection whose socket is being adopted at this moment; the callback takes it from here.
    final class Adoption {
        var connection: WebSocketConnection?
    }

    /// A context that watches the loop with this epoll descriptor. Must be called on the loop.
    init(watching epoll: Int32, maximumConnections: Int, logger: Logger) throws(TransportError) {
        LWSLog.install(logger)
        adoption = Adoption()
        unsafe protocols = Self.makeProtocols()
        var info = unsafe lws_context_creation_info()
        unsafe info.port = CONTEXT_PORT_NO_LISTEN_SERVER
        unsafe info.protocols = unsafe UnsafePointer(protocols)
        unsafe info.pt_serv_buf_size = UInt32(Self.scratchBytes)
        unsafe info.fd_limit_per_thread = UInt32(clamping: maximumConnections + Self.ownDescriptors)
        // Handshakes are served one after the other, each within one call.
        unsafe info.max_http_header_pool = 4
        unsafe info.options = UInt64(LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME)
        unsafe info.user = Unmanaged.passUnretained(adoption).toOpaque()
        guard let context = unsafe lws_create_context(&info) else {
            unsafe Self.free(protocols)
            throw TransportError(.libraryFailure, "libwebsockets could not be started.")
        }
        guard let vhost = unsafe lws_get_vhost_by_name(context, "default") else {
            unsafe lws_context_destroy(context)
            unsafe Self.free(protocols)
            throw TransportError(.libraryFailure, "libwebsockets has no default host.")
        }
        unsafe self.context = context
        unsafe self.vhost = vhost
        let duplicate = lws_sock_file_fd_type(filefd: fcntl(epoll, F_DUPFD_CLOEXEC, 0))
        guard unsafe lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, duplicate, "loop", nil) != nil else {
            close()
            throw TransportError(.libraryFailure, "libwebsockets could not watch the event loop.")
        }
    }

    deinit { precondition(unsafe context == nil, "An lws context must be closed on its loop") }

    /// Serves what is ready, after blocking until something is.
    func wait() {
        if let context = unsafe context { _ = unsafe lws_service(context, 0) }
    }

    /// Hands a socket over, which the library owns from here on, with a request head and the bytes behind it.
    /// False when it did not become a websocket. Must not be called from within a callback.
    func adopt(_ descriptor: Int32, bytes: [UInt8], for connection: WebSocketConnection) -> Bool {
        adoption.connection = connection
        defer { adoption.connection = nil }
        return unsafe bytes.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe lws_adopt_socket_vhost_readbuf(vhost, descriptor, start, bytes.count) != nil
        }
    }

    /// Closes all connections that are left, without a close frame, and frees everything. Must not be called from within
    /// a callback.
    func close() {
        guard let context = unsafe context.take() else { return }
        unsafe lws_context_destroy(context)
        unsafe Self.free(protocols)
    }

    /// The first protocol is the one of clients that offer none; its name is only sent to clients that offered it.
    private static func makeProtocols() -> UnsafeMutablePointer<lws_protocols> {
        let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: 3)
        unsafe protocols.initialize(repeating: lws_protocols(), count: 3)
        unsafe protocols[0].name = unsafe UnsafePointer(strdup(WebSocketHandshake.subprotocol))
        unsafe protocols[0].callback = lwsCallback
        unsafe protocols[0].rx_buffer_size = receiveBufferBytes
        // One write to the socket per fragment.
        unsafe protocols[0].tx_packet_size = OutboundQueue.fragmentBytes + OutboundQueue.headroom
        unsafe protocols[1].name = unsafe UnsafePointer(strdup("loop"))
        unsafe protocols[1].callback = { _, _, _, _, _ in 0 }
        return unsafe protocols
    }

    private static func free(_ protocols: UnsafeMutablePointer<lws_protocols>) {
        for index in 0..<2 { unsafe CWebSockets.free(UnsafeMutablePointer(mutating: protocols[index].name)) }
        unsafe protocols.deallocate()
    }
}
