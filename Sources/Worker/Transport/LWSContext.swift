import CLinux
import CWebSockets
import EventLoops
import Glibc
import Observability

/// The one `lws_context` of a server: websocket handshakes and framing on sockets that the loop watches.
///
/// DESIGN: libwebsockets' own waiting is `poll` over all its sockets, which costs a tenth of a microsecond for each idle one
/// on every event. So the loop watches the sockets, and tells the library by `lws_service_fd` about the one that is
/// ready, just as the library's own bindings to event libraries do. Sockets are listened to, accepted and asked about
/// elsewhere too; the context only adopts those whose request was granted. What is left to the library's own service,
/// once a second and without blocking, are its timeouts: five seconds for a peer to answer a close frame.
///
/// Used on the loop's thread only, which also is why it may be `@unchecked Sendable`; the pointers are valid from `init`
/// to `close`, hence `@safe`.
@safe
final class LWSContext: @unchecked Sendable {
    /// Payload bytes of one receive buffer, which each connection owns one of: room for 100 ms of 24 kHz audio in base64.
    static let receiveBufferBytes = 8 << 10
    /// Bytes of the scratch buffer of the thread: one receive buffer with headers, and the handshake.
    private static let scratchBytes = 16 << 10
    /// Bytes per connection that the library allocates for us.
    ///
    /// We need none, but without any it does not report that it has begun to close.
    private static let userBytes = 8

    private var context: OpaquePointer?
    private let vhost: OpaquePointer
    private let protocols: UnsafeMutablePointer<lws_protocols>
    private let adoption: Adoption

    /// The connection whose socket is being adopted at this moment; the callback takes it from here.
    final class Adoption {
        var connection: WebSocketConnection?
    }

    /// Starts the library; its tables have room for as many descriptors as the process may open.
    ///
    /// Must be called on the loop.
    init(logger: Logger) throws(TransportError) {
        LWSLog.install(logger)
        adoption = Adoption()
        unsafe protocols = Self.makeProtocols()
        var info = unsafe lws_context_creation_info()
        unsafe info.port = CONTEXT_PORT_NO_LISTEN_SERVER
        unsafe info.protocols = unsafe UnsafePointer(protocols)
        unsafe info.pt_serv_buf_size = UInt32(Self.scratchBytes)
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
    }

    deinit { precondition(unsafe context == nil, "An lws context must be closed on its loop") }

    /// Hands a socket over, which the library owns from here on, with a request head and the bytes behind it.
    ///
    /// False when it did not become a websocket. Must not be called from within a callback.
    func adopt(_ descriptor: Int32, bytes: [UInt8], for connection: WebSocketConnection) -> Bool {
        adoption.connection = connection
        defer { adoption.connection = nil }
        return unsafe bytes.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe lws_adopt_socket_vhost_readbuf(vhost, descriptor, start, bytes.count) != nil
        }
    }

    /// What a socket is ready for.
    enum Readiness { case read, write, hangUp }

    /// Lets the library serve one of its sockets; callbacks run within, and the socket may be gone afterwards.
    ///
    /// Must not be called from within a callback.
    func serve(_ descriptor: Int32, _ readiness: Readiness) {
        guard let context = unsafe context else { return }
        let events =
            switch readiness {
            case .read: POLLIN
            case .write: POLLOUT
            case .hangUp: POLLHUP
            }
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: Int16(events))
        _ = unsafe lws_service_fd(context, &entry)
    }

    /// Lets the library run its timeouts.
    ///
    /// Must not be called from within a callback.
    func serveTimeouts() {
        // A negative time means not to wait.
        if let context = unsafe context { _ = unsafe lws_service(context, -1) }
    }

    /// Closes all connections that are left, without a close frame, and frees everything.
    ///
    /// Must not be called from within a callback.
    func close() {
        guard let context = unsafe context.take() else { return }
        unsafe lws_context_destroy(context)
        unsafe Self.free(protocols)
    }

    /// The one protocol, for clients that offer none too; its name is only sent to clients that offered it.
    private static func makeProtocols() -> UnsafeMutablePointer<lws_protocols> {
        // The second entry is the terminator.
        let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: 2)
        unsafe protocols.initialize(repeating: lws_protocols(), count: 2)
        unsafe protocols[0].name = unsafe UnsafePointer(strdup(WebSocketHandshake.subprotocol))
        unsafe protocols[0].callback = lwsCallback
        unsafe protocols[0].per_session_data_size = userBytes
        unsafe protocols[0].rx_buffer_size = receiveBufferBytes
        // One write to the socket per fragment.
        unsafe protocols[0].tx_packet_size = OutboundQueue.fragmentBytes + OutboundQueue.headroom
        return unsafe protocols
    }

    private static func free(_ protocols: UnsafeMutablePointer<lws_protocols>) {
        unsafe CWebSockets.free(UnsafeMutablePointer(mutating: protocols[0].name))
        unsafe protocols.deallocate()
    }
}
