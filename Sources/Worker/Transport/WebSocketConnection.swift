import CLinux
import CWebSockets
import Core
import EventLoops

/// One websocket: messages in, messages out, close codes.
///
/// Everything is used on the loop's thread only.
///
/// DESIGN: the loop watches the socket and `+Socket` tells libwebsockets what it is ready for; the library then calls the
/// methods of `+Frames`. The session calls `send` and `close`. A message is sent as soon as the caller is done, together
/// with others queued meanwhile, unless the peer reads too slowly. Closing lets what is queued leave first, within
/// `closeTimeout`; a peer that does not read or does not answer pings is cut off (`abort`). After `close` or `abort`
/// nothing more is received or accepted for sending. `handler.closed` comes from the library's last call, never from
/// within `send`.
///
/// `@unchecked Sendable` because every member belongs to the loop's thread; `@safe` because the socket's pointer is
/// forgotten in the library's last call for it.
@safe
package final class WebSocketConnection: @unchecked Sendable {
    /// What the connection is doing.
    ///
    /// Next states: connecting -> open, closed; open -> closing, closed; closing -> closed.
    enum State: Equatable {
        case connecting
        case open
        /// `close` was called, `abort` was called, or the peer has sent its close frame.
        case closing
        case closed
    }

    /// The peer's address without port.
    package let remoteAddress: String
    let server: WebSocketServer
    /// What it takes up in the server's count.
    let place: ConnectionLimiter.Place
    let makeHandler: @Sendable (WebSocketConnection) -> any WebSocketHandler
    var handler: (any WebSocketHandler)?
    var state = State.connecting
    var socket: OpaquePointer?
    var descriptor: Int32 = -1
    var assembler: MessageAssembler
    var outbound = OutboundQueue()
    /// Bytes that the kernel did not take and the library keeps: part of one fragment.
    var bytesInLibrary = 0
    /// Whether a write is coming in this turn of the loop anyway.
    var isWriteRequested = false
    /// Whether the loop watches for room in the socket.
    var isWatchingWrite = false
    /// Whether the producer should pause; it will be told by `outboundDrained` when to go on.
    package internal(set) var isAboveHighWatermark = false
    /// Set once `close` was called; sent when the queue is empty.
    var closeFrame: (code: UInt16, reason: String)?
    /// Whether the library has a close frame that it will send when it may write next.
    var isCloseFrameReady = false
    /// Whether the handler has work that must be done before it takes more.
    var isReadingHeld = false
    /// Whether the socket is not read, because enough waits for the handler.
    var isReadingPaused = false
    var bytesWhileHeld = 0
    /// Bytes of this connection in the server's `assembledBytes`.
    var charged = 0
    var messageTimer: TimerToken?
    /// How long the message was when the timer was set.
    var messageMark = 0
    /// When the message began that has not ended.
    var messageBegan: MonotonicInstant?
    /// What `handler.closed` will be told.
    var closeCode: UInt16?
    /// Why the connection ended, as far as it was not the handler's wish; the first cause counts.
    var cause: ConnectionEnd.Cause?
    /// Whether the first frame's mask was seen.
    var isMaskChecked = false
    /// Whether the frame that came right behind the request head had no mask.
    var beginsUnmasked = false
    var isPingDue = false
    var pingTime: MonotonicInstant?
    var lastActivity: MonotonicInstant
    var livenessTimer: TimerToken?
    var closeTimer: TimerToken?

    init(
        server: WebSocketServer, remoteAddress: String, place: ConnectionLimiter.Place,
        makeHandler: @escaping @Sendable (WebSocketConnection) -> any WebSocketHandler
    ) {
        self.server = server
        self.remoteAddress = remoteAddress
        self.place = place
        self.makeHandler = makeHandler
        let configuration = server.configuration
        assembler = MessageAssembler(
            maximumBytes: configuration.maximumMessageBytes, oversizeFactor: configuration.oversizeFactor)
        lastActivity = server.loop.now
    }

    /// Payload bytes accepted by `send` that the kernel has not taken yet.
    package var bufferedBytes: Int { outbound.bytes + bytesInLibrary }

    /// Whether the peer has to read before more of its input is taken up; `outboundDrained` tells when it has.
    package var isOverfull: Bool { bufferedBytes > server.configuration.intakeWatermark }

    /// The handler has work that must be done first: a little more is read, so that pings are answered, then nothing.
    package func holdReading() {
        server.loop.checkIsolated()
        guard !isReadingHeld, state == .open else { return }
        isReadingHeld = true
        bytesWhileHeld = 0
    }

    /// The handler takes messages again.
    package func resumeReading() {
        server.loop.checkIsolated()
        isReadingHeld = false
        // What has been handed over is used; of a message that is coming in, what has come stays counted.
        let needed = assembler.isInside ? max(0, assembler.total - server.configuration.freeAssemblyBytes) : 0
        if charged > needed {
            server.assembledBytes -= charged - needed
            charged = needed
        }
        guard isReadingPaused else { return }
        isReadingPaused = false
        noteActivity()
        if descriptor >= 0 { watch() }
    }

    /// Counts what is read while the handler has work, and stops reading when that is enough.
    func noteHeld(_ count: Int) {
        guard isReadingHeld, !isReadingPaused, descriptor >= 0 else { return }
        bytesWhileHeld += count + Self.bytesPerHeldMessage
        guard bytesWhileHeld > server.configuration.heldBytes else { return }
        isReadingPaused = true
        watch()
    }

    /// What a waiting message takes beside its text.
    private static let bytesPerHeldMessage = 64

    /// Whether `send` still has an effect.
    package var isOpen: Bool { state == .open }

    /// Sends one text message: `append` adds its bytes (UTF-8) behind what the array holds already, which must stay.
    ///
    /// Sends nothing when `append` adds nothing: a codec that has no frame for an event writes none.
    /// Does nothing once the connection is closing. When more than `maximumOutboundBytes` would wait, the connection is
    /// cut.
    package func send(_ append: (inout [UInt8]) -> Void) {
        server.loop.checkIsolated()
        guard state == .open else { return }
        var message = server.buffers.take()
        message.append(contentsOf: repeatElement(0, count: OutboundQueue.headroom))
        append(&message)
        precondition(message.count >= OutboundQueue.headroom, "A message is appended to what the array holds")
        guard message.count > OutboundQueue.headroom else { return server.buffers.give(message) }
        outbound.append(message)
        let waiting = bufferedBytes
        guard waiting <= server.configuration.maximumOutboundBytes else {
            return abort(code: CloseCode.tryAgainLater, cause: .tooSlow)
        }
        if waiting > server.configuration.highWatermark { isAboveHighWatermark = true }
        requestWrite()
    }

    /// Closes: what is queued leaves first, then the close frame with `reason` (123 bytes at most, the rest is cut
    /// off).
    ///
    /// Does nothing when the connection is closing already.
    package func close(code: UInt16, reason: String) {
        server.loop.checkIsolated()
        guard state == .open else { return }
        state = .closing
        forgetInput()
        resumeReading()
        closeCode = code
        closeFrame = (code, reason)
        let configuration = server.configuration
        let patience = place == .refusal ? configuration.refusalTimeout : configuration.closeTimeout
        closeTimer = server.loop.schedule(after: patience) { [weak self] in
            self?.closeTimer = nil
            self?.abort(code: code)
        }
        requestWrite()
    }

    /// Cuts the connection without a close frame and drops what is queued; `handler.closed` follows in the loop's next turn.
    func abort(code: UInt16?, cause: ConnectionEnd.Cause? = nil) {
        guard let socket = unsafe socket else { return }
        state = .closing
        self.cause = self.cause ?? cause
        closeCode = closeCode ?? code
        forgetOutput()
        forgetInput()
        // With unsent bytes the kernel would keep the socket for minutes; a lingering time of zero drops them.
        var linger = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout.size(ofValue: linger))
        _ = unsafe setsockopt(lws_get_socket_fd(socket), SOL_SOCKET, SO_LINGER, &linger, size)
        server.loop.execute { [weak self] in self?.serve(.hangUp) }
    }

    /// Nothing more is to be sent.
    func forgetOutput() {
        outbound.removeAll()
        closeFrame = nil
        isPingDue = false
    }
}

/// The close codes that the transport itself uses (RFC 6455, 7.4.1; 1012 and 1013 are registered with IANA).
package enum CloseCode {
    /// The peer broke the rules of the protocol.
    package static let protocolError: UInt16 = 1002
    /// A text message was not UTF-8.
    package static let invalidPayload: UInt16 = 1007
    /// A message took more time or room than it may.
    package static let policyViolation: UInt16 = 1008
    /// A message was longer than could be a mistake.
    package static let messageTooBig: UInt16 = 1009
    /// The server stops, and another will take its place.
    package static let serviceRestart: UInt16 = 1012
    /// The peer does not read what is sent.
    package static let tryAgainLater: UInt16 = 1013
}
