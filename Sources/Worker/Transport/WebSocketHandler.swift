/// What is to become of a request.
package enum UpgradeDecision: Sendable {
    /// Make it a websocket. The closure is called on the loop once the socket is established; it may send already.
    case upgrade(makeHandler: @Sendable (WebSocketConnection) -> any WebSocketHandler)
    /// Answer in plain HTTP and close.
    case respond(HTTPAnswer)
}

/// The owner of one websocket.
///
/// Every method is called on the loop's thread, synchronously, and must not block.
package protocol WebSocketHandler: AnyObject, Sendable {
    /// One complete text message of valid UTF-8. The span is libwebsockets' own memory when the message came in one piece.
    func received(text: Span<UInt8>)
    /// One complete binary message; its content is dropped.
    func receivedBinary()
    /// A message longer than `maximumMessageBytes` has ended; its content was dropped and the socket lives on.
    func receivedTooBig()
    /// Unsent bytes have been above the high watermark and are below the low one again.
    func outboundDrained()
    /// The connection is gone. Called exactly once, and nothing after it.
    /// - Parameter code: the client's close code if it sent one, else ours, else nil: the connection broke.
    func closed(code: UInt16?)
}
