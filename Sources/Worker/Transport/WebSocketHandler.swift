/// What is to become of a request.
package enum UpgradeDecision: Sendable {
    /// Make it a websocket.
    case upgrade(UpgradeGrant)
    /// Make it a websocket that is only told why it is refused, and closed by its handler.
    ///
    /// It takes up no place of a granted one. When the places for refusals are used up, it gets `answer` instead.
    case refuse(answer: HTTPAnswer, makeHandler: @Sendable (WebSocketConnection) -> any WebSocketHandler)
    /// Answer in plain HTTP and close.
    case respond(HTTPAnswer)
}

/// The owner of one websocket.
///
/// Every method is called on the loop's thread, synchronously, and must not block.
package protocol WebSocketHandler: AnyObject, Sendable {
    /// One complete text message of valid UTF-8. The span is libwebsockets' own memory when the message came in one piece.
    func received(text: Span<UInt8>)
    /// One complete text message of valid UTF-8 that came in pieces; a large one is not copied once more.
    func received(message: [UInt8])
    /// One complete binary message; its content is dropped.
    func receivedBinary()
    /// A message longer than `maximumMessageBytes` has ended; its content was dropped and the socket lives on.
    func receivedTooBig()
    /// A large message has ended; its content was dropped, because all connections together held too much.
    func receivedTooMuch()
    /// Unsent bytes have been above the high watermark and are below the low one again.
    func outboundDrained()
    /// The peer did what ends its connection: whatever is sent now leaves before the close frame.
    ///
    /// The handler may close by itself; else the connection closes with the fault's own code.
    func faulted(_ fault: ConnectionFault)
    /// The connection is gone. Called exactly once, and nothing after it.
    func closed(_ end: ConnectionEnd)
}

extension WebSocketHandler {
    /// Adds nothing to the close frame.
    package func faulted(_ fault: ConnectionFault) {}
}

extension WebSocketHandler {
    /// Takes it as any other text.
    package func received(message: [UInt8]) { received(text: message.span) }
}
