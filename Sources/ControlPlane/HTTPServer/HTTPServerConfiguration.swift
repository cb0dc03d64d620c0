/// Where one server listens and what a client may use up.
package struct HTTPServerConfiguration: Sendable {
    /// Name of the listener in logs: `public`, `internal`, `ops`.
    package var name: String
    /// Numeric address or host name to bind.
    package var host: String
    /// 0: any free port, see `HTTPServer.port`.
    package var port: UInt16
    /// Threads of the HTTP library; they only move bytes, handlers run elsewhere.
    package var threads = 2
    /// Connections at once; further ones wait in the kernel's queue.
    package var connections = 1024
    /// Connections of one peer address at once; 0: no cap.
    package var connectionsPerAddress = 64
    /// Peers without that cap: a proxy carries many clients.
    package var uncappedPeers: Set<String> = ["127.0.0.1", "::1"]
    /// Bytes of one body; a larger one is answered 413.
    package var bodyLimit = 256 * 1024
    /// From accept to the last header; also what a trickling client gets, whatever it sends.
    package var headDeadline = Duration.seconds(10)
    /// From the last header to the last byte of the body.
    package var bodyDeadline = Duration.seconds(15)
    /// From the complete request to the handler's answer.
    package var handlerDeadline = Duration.seconds(30)
    /// From the answer to its last byte.
    package var sendDeadline = Duration.seconds(30)
    /// How long an idle connection is kept for the next request, its head included.
    package var keepAlive = Duration.seconds(75)
    /// How often deadlines are checked.
    package var tick = Duration.milliseconds(250)

    /// The defaults on this address.
    package init(name: String, host: String, port: UInt16) {
        self.name = name
        self.host = host
        self.port = port
    }
}
