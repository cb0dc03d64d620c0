import CMicroHTTPD
import Glibc

/// Owner of one running daemon of libmicrohttpd: threads that accept and move bytes, calling `RequestBridge`.
///
/// Manual: https://www.gnu.org/software/libmicrohttpd/manual/libmicrohttpd.html
@safe struct MHDDaemonHandle: ~Copyable, @unchecked Sendable {
    // Sendable: start, quiesce and stop may be called from any thread, and the struct is not copyable.
    private let daemon: OpaquePointer
    private let socket: ListeningSocket
    /// Keeps the callbacks' context alive as long as the daemon.
    private let bridge: RequestBridge

    /// Memory of one connection for its head: a larger one is answered 431 by the library.
    private static let connectionMemory = 32 * 1024

    /// Starts accepting on `socket`.
    init(socket: consuming ListeningSocket, bridge: RequestBridge) throws(HTTPServerError) {
        var settings = unsafe antiphon_mhd_settings()
        unsafe settings.flags =
            MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue | MHD_USE_ITC.rawValue
        unsafe settings.listen_socket = socket.descriptor
        unsafe settings.threads = UInt32(clamping: bridge.configuration.threads)
        unsafe settings.connection_limit = UInt32(clamping: bridge.configuration.connections)
        unsafe settings.inactivity_seconds = UInt32(clamping: bridge.configuration.keepAlive.components.seconds)
        unsafe settings.connection_memory = Self.connectionMemory
        unsafe settings.context = Unmanaged.passUnretained(bridge).toOpaque()
        unsafe settings.accept_policy = { context, address, _ in
            unsafe MHDDaemonHandle.bridge(context).admits(address) ? .YES : .NO
        }
        unsafe settings.connection_changed = { context, connection, slot, code in
            unsafe MHDDaemonHandle.connectionChanged(context, connection, slot, code)
        }
        unsafe settings.request_line = { context, target, connection in
            guard let target = unsafe target, let connection = unsafe connection else { return nil }
            let exchange = unsafe MHDDaemonHandle.bridge(context)
                .begin(MHDConnection(connection), target: String(cString: target))
            return unsafe Unmanaged.passRetained(exchange).toOpaque()
        }
        unsafe settings.handler = { context, connection, _, method, _, data, size, slot in
            unsafe MHDDaemonHandle.handle(context, connection, method, data, size, slot)
        }
        unsafe settings.completed = { context, connection, slot, _ in
            guard let connection = unsafe connection, let held = unsafe slot?.pointee else { return }
            unsafe slot?.pointee = nil
            let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(held).takeRetainedValue()
            unsafe MHDDaemonHandle.bridge(context).completed(exchange, MHDConnection(connection))
        }
        guard let daemon = unsafe antiphon_mhd_start(&settings) else {
            throw HTTPServerError(
                .cannotStart, "The HTTP server could not be started: \(unsafe String(cString: strerror(errno))).")
        }
        unsafe self.daemon = daemon
        self.socket = socket
        self.bridge = bridge
    }

    /// Stops accepting; connections that are open go on.
    borrowing func quiesce() { unsafe MHD_quiesce_daemon(daemon) }

    /// Stops the daemon: joins its threads and closes what is open.
    ///
    /// The daemon must be quiesced and nothing suspended.
    deinit { unsafe MHD_stop_daemon(daemon) }

    private static func bridge(_ context: UnsafeMutableRawPointer?) -> RequestBridge {
        guard let context = unsafe context else { preconditionFailure("the library lost the callbacks' context") }
        return unsafe Unmanaged<RequestBridge>.fromOpaque(context).takeUnretainedValue()
    }

    private static func connectionChanged(
        _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
        _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_ConnectionNotificationCode
    ) {
        guard let connection = unsafe connection, let slot = unsafe slot else { return }
        let bridge = unsafe bridge(context)
        if code == .CONNECTION_NOTIFY_STARTED {
            unsafe slot.pointee = Unmanaged.passRetained(bridge.connected(MHDConnection(connection))).toOpaque()
        } else if let held = unsafe slot.pointee {
            unsafe slot.pointee = nil
            unsafe bridge.disconnected(Unmanaged<ConnectionRecord>.fromOpaque(held).takeRetainedValue())
        }
    }

    private static func handle(
        _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ method: UnsafePointer<CChar>?,
        _ data: UnsafePointer<CChar>?, _ size: UnsafeMutablePointer<Int>?,
        _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> MHD_Result {
        guard let connection = unsafe connection, let method = unsafe method, let size = unsafe size,
            let held = unsafe slot?.pointee
        else { return .NO }
        let exchange = unsafe Unmanaged<HTTPExchange>.fromOpaque(held).takeUnretainedValue()
        let body = unsafe UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : size.pointee)
        let goesOn = unsafe bridge(context)
            .receive(exchange, MHDConnection(connection), method: String(cString: method), body: body)
        unsafe size.pointee = 0
        return goesOn ? .YES : .NO
    }
}
