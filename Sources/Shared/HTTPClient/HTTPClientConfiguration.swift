package import Core

/// What holds for all requests of one client.
package struct HTTPClientConfiguration: Sendable {
    /// Connections open at a time, idle ones included; a request beyond them waits, within its first-byte deadline.
    package var maximumConnections: Int
    /// An idle connection older than this is not used again.
    ///
    /// Long enough for a silence within a call.
    package var idleLifetime: Duration
    /// Silence on an idle connection before TCP asks whether the peer is there.
    package var keepAliveInterval: Duration
    /// What to speak where TLS offers a choice.
    package var version: Version
    /// The way out.
    package var proxy: Proxy
    /// A PEM file of the authorities to trust instead of the system's.
    package var certificateAuthorities: String?
    /// After this long the authorities are read again, beside the loop.
    package var authoritiesLifetime: Duration
    /// The User-Agent header.
    package var userAgent: String
    /// Told about each exchange when it ends; runs on the loop.
    package var observer: (@Sendable (HTTPExchangeReport) -> Void)?

    /// The defaults.
    package init(
        maximumConnections: Int = 1024, idleLifetime: Duration = .seconds(240),
        keepAliveInterval: Duration = .seconds(30), version: Version = .http1, proxy: Proxy = .none,
        certificateAuthorities: String? = nil, authoritiesLifetime: Duration = .seconds(86_400),
        userAgent: String = "antiphon", observer: (@Sendable (HTTPExchangeReport) -> Void)? = nil
    ) {
        self.maximumConnections = maximumConnections
        self.idleLifetime = idleLifetime
        self.keepAliveInterval = keepAliveInterval
        self.version = version
        self.proxy = proxy
        self.certificateAuthorities = certificateAuthorities
        self.authoritiesLifetime = authoritiesLifetime
        self.userAgent = userAgent
        self.observer = observer
    }

    /// The versions of HTTP.
    package enum Version: Sendable {
        /// One connection per request at a time: ending it reaches the other side at once, and a slow reader holds back
        /// its own sender only, after the window and the socket's buffers.
        case http1
        /// Requests share a connection.
        ///
        /// libcurl 7.88 sends the reset of a stream only with the connection's next traffic (an abort closes the
        /// connection instead if nobody else uses it) and grants each stream 32 MiB before a slow reader is felt.
        case http2
    }

    /// How requests leave.
    package enum Proxy: Sendable {
        /// Directly, whatever the environment says.
        case none
        /// As `https_proxy`, `http_proxy` and `no_proxy` say.
        case environment
        /// Through this proxy; the URL may hold a password.
        case url(Secret)
    }
}

/// What one exchange took, for metrics.
package struct HTTPExchangeReport: Sendable {
    /// The answer's status; nil when none came.
    package var status: Int?
    /// How it failed; nil when it was read to its end.
    package var failure: HTTPClientError.Code?
    /// Whether an open connection served it, so that no handshake was paid.
    package var reusedConnection: Bool
    /// 1 or 2; 0 when no answer came.
    package var httpVersion: Int
    /// From the start to the open connection, TLS included; zero when reused.
    package var connect: Duration
    /// From the start to the first byte of the answer.
    package var firstByte: Duration
    /// From the start to the end.
    package var total: Duration
    /// Bytes of body received.
    package var bodyBytes: Int
}
