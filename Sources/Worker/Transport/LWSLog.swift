import CWebSockets
import Observability
import Synchronization

/// Sends libwebsockets' errors and warnings to our log.
///
/// Its log is one per process, hence the global.
///
/// What it prints at these levels holds no header field of a client: it never sees one (see `WebSocketHandshake`).
enum LWSLog {
    private static let logger = Mutex<Logger?>(nil)

    /// Makes `logger` the receiver, in place of an earlier one.
    ///
    /// May be called from any thread.
    static func install(_ logger: Logger) {
        self.logger.withLock { $0 = logger }
        unsafe lws_set_log_level(Int32(LLL_ERR | LLL_WARN)) { level, line in
            guard let line = unsafe line else { return }
            LWSLog.write(level: level, unsafe String(cString: line))
        }
    }

    private static func write(level: Int32, _ line: String) {
        // Version 4.1.6 reports each regular adoption of a socket with a read buffer as an error.
        if line.contains("adopt_socket_readbuf: calling service") { return }
        guard let logger = logger.withLock({ $0 }) else { return }
        let text = String(line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }.filter { !$0.isNewline })
        if level == LLL_ERR {
            logger.error("libwebsockets reported an error", [.reason: .string(text)])
        } else {
            logger.warning("libwebsockets reported a problem", [.reason: .string(text)])
        }
    }
}
