/// The client's socket as a session sees it.
///
/// Called on the session's loop only.
package protocol ClientConnection: Sendable {
    /// Queues one text message; `append` writes its bytes straight into the outgoing buffer. When it writes none, nothing is sent.
    func send(_ append: (inout [UInt8]) -> Void)

    /// Whether so many bytes wait for the client to read them that audio shall wait.
    var isCongested: Bool { get }

    /// Whether so many bytes wait for the client to read them that nothing more of what it sends shall be taken up.
    var isOverfull: Bool { get }

    /// Input waits: the connection reads a little more, so that pings are answered, and then leaves the rest in the socket.
    func holdReading()

    /// Nothing waits any more.
    func resumeReading()

    /// Sends what is queued, then closes with `code` (RFC 6455 section 7.4) and `reason`.
    func close(code: UInt16, reason: String)
}
