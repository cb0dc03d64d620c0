/// Every number that bounds the server.
///
/// Times are measured on the loop's clock.
package struct WebSocketServerConfiguration: Sendable {
    /// Longest message taken from a client; a longer one is dropped and reported.
    ///
    /// Realtime events may carry 15 MiB of audio, which is 20 MiB in base64.
    package var maximumMessageBytes = 21 << 20
    /// A message longer than this many times the maximum closes the connection (1009): it is no mistake any more.
    package var oversizeFactor = 4
    /// Above this many unsent bytes `isAboveHighWatermark` is true: the producer should pause.
    package var highWatermark = 256 << 10
    /// Below this many unsent bytes, after having been above the high mark, `outboundDrained` is called.
    package var lowWatermark = 64 << 10
    /// Above this many unsent bytes `isOverfull` is true: the handler should take up no more input, which asks for more. Not
    /// below `highWatermark`.
    package var intakeWatermark = 8 << 20
    /// More unsent bytes than this cut the connection: its peer does not read.
    package var maximumOutboundBytes = 32 << 20
    /// Bytes still read after the handler asked to hold; then the socket is not read until it takes messages again.
    package var heldBytes = 256 << 10
    /// How long an unfinished message may take to end, or to grow by `messageGrowth`.
    package var messageTimeout: Duration = .seconds(10)
    /// Bytes by which a message must have grown when it is not complete after `messageTimeout`.
    package var messageGrowth = 64 << 10
    /// Bytes of all connections' messages that arrive or wait; beyond it the oldest that has not ended gives way, else the new one.
    package var assemblyBytes = 256 << 20
    /// Bytes of each message that are free of that.
    package var freeAssemblyBytes = 256 << 10
    /// How often a peer is pinged.
    package var pingInterval: Duration = .seconds(20)
    /// How long after an unanswered ping something must have arrived; then the line counts as lost.
    package var pongTimeout: Duration = .seconds(30)
    /// How long what is queued may take to leave after `close`.
    package var closeTimeout: Duration = .seconds(5)
    /// How long a client may take to send its request head.
    package var headTimeout: Duration = .seconds(10)
    /// How long the decision about a request may take; then the answer is 503.
    package var decisionTimeout: Duration = .seconds(15)
    /// How long a plain answer may take to leave, and the client to close afterwards.
    package var answerTimeout: Duration = .seconds(5)
    /// How long a refused client may take to read why, and to close.
    package var refusalTimeout: Duration = .seconds(1)
    /// Granted websockets at the same time, on all ports together; further ones are answered 503.
    package var maximumConnections = 10_000
    /// Sockets that were not granted anything yet, beside the granted ones.
    ///
    /// A newcomer takes the place of the one that was answered, or has been silent, for longest; else it is answered 503.
    package var maximumHandshakes = 256
    /// Websockets that are open only to be told why they are refused; further ones get the same in plain HTTP.
    package var maximumRefusals = 64
    /// Descriptors that the rest of the process may open: other listeners, connections to other servers, files.
    package var otherDescriptors = 1024
    /// Whether requests can become websockets; a server of plain answers needs no websocket library.
    package var servesWebSockets = true
    /// Sockets at the same time from one address.
    ///
    /// Behind a proxy all clients share its address.
    package var maximumConnectionsPerAddress = 10_000

    /// The defaults.
    package init() {}
}
