import CWebSockets
import Core
import EventLoops
import Glibc

/// What libwebsockets calls, through `lwsCallback`.
extension WebSocketConnection {
    /// Bytes written per call before other sockets get their turn.
    private static let bytesPerTurn = 256 << 10

    func established(_ socket: OpaquePointer) {
        unsafe self.socket = socket
        state = .open
        noteActivity()
        schedulePing(after: server.configuration.pingInterval)
        beginWatching(unsafe lws_get_socket_fd(socket))
        handler = makeHandler(self)
        if beginsUnmasked { end(for: .unmaskedFrame) }
    }

    func received(_ piece: Span<UInt8>, isBinary: Bool, isLast: Bool) {
        guard state == .open else { return }
        // The library may have read the frame by itself; what the socket holds now is not the head of the first one.
        isMaskChecked = true
        noteActivity()
        noteHeld(piece.count)
        if !assembler.isRefused, !charge(piece.count) {
            assembler.refuse()
            releaseCharge()
        }
        let event = assembler.append(piece, isBinary: isBinary, isLast: isLast)
        switch event {
        case .incomplete: return watchMessage()
        case .textInPlace: deliver(piece)
        case .textAssembled: handler?.received(message: assembler.takeText())
        case .invalid: end(for: .invalidPayload)
        case .binary: handler?.receivedBinary()
        case .tooBig: handler?.receivedTooBig()
        case .refused: handler?.receivedTooMuch()
        case .excessive: end(for: .messageTooBig)
        }
        assembler.finish()
        unwatchMessage()
        if charged > 0, !isReadingHeld { releaseCharge() }
    }

    func receivedPong() { noteActivity() }

    /// Sends what is queued as far as the socket takes it.
    ///
    /// False: the library should close the socket.
    func writeable() -> Bool {
        guard let socket = unsafe socket else { return false }
        if bytesInLibrary > 0 { noteActivity() }
        bytesInLibrary = 0
        guard sendDuePing(), unsafe sendQueued(socket) else { return false }
        if isAboveHighWatermark, bufferedBytes < server.configuration.lowWatermark {
            isAboveHighWatermark = false
            if state == .open { handler?.outboundDrained() }
        }
        guard let closeFrame, outbound.isEmpty, bytesInLibrary == 0 else { return true }
        var reason = Array(closeFrame.reason.utf8.prefix(123))
        while !reason.isEmpty, !String.isValidUTF8(reason) { reason.removeLast() }
        unsafe lws_close_reason(socket, lws_close_status(UInt32(closeFrame.code)), &reason, reason.count)
        self.closeFrame = nil
        isCloseFrameReady = true
        return false
    }

    func peerClosed(code: UInt16?) {
        if state == .open { cause = cause ?? .peer }
        state = .closing
        closeCode = closeCode ?? code
        forgetOutput()
    }

    /// The library has begun to close, on our wish or because of what the peer did: only its close frame may follow.
    func closingBegan() {
        guard state == .open || state == .closing else { return }
        // The library closes by itself when the socket broke and when a frame was wrong; only then can it still be read.
        if state == .open { cause = cause ?? (isPeerThere ? .protocolViolation : .broken) }
        state = .closing
        forgetOutput()
    }

    /// Whether the peer has neither closed nor reset its socket.
    private var isPeerThere: Bool {
        var byte: UInt8 = 0
        let count = unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        return count > 0 || count < 0 && errno == EAGAIN
    }

    /// Tells the handler what the peer did, and closes.
    func end(for fault: ConnectionFault) {
        guard state == .open else { return }
        cause = cause ?? fault.cause
        handler?.faulted(fault)
        close(code: fault.code, reason: fault.reason)
    }

    /// Looks at the mask of the first frame, which is still in the socket; false when the connection is to end for it.
    ///
    /// libwebsockets takes unmasked frames from clients. A client that masks one frame masks all: clients have no setting for it.
    func checkMask() -> Bool {
        guard !isMaskChecked, state == .open else { return true }
        var bytes: (UInt8, UInt8) = (0, 0)
        let count = unsafe recv(descriptor, &bytes, 2, Int32(MSG_PEEK | MSG_DONTWAIT))
        guard count > 0 else { return true }
        isMaskChecked = true
        guard count == 2, bytes.1 & 0x80 == 0 else { return true }
        end(for: .unmaskedFrame)
        return false
    }

    /// The library's last calls; the first of them counts.
    func socketClosed() {
        guard state != .closed else { return }
        state = .closed
        unsafe socket = nil
        forgetOutput()
        bytesInLibrary = 0
        endWatching()
        forgetInput()
        for timer in [livenessTimer, closeTimer].compactMap(\.self) { server.loop.cancel(timer) }
        let handler = handler
        self.handler = nil
        server.connectionClosed(self)
        handler?.closed(ConnectionEnd(code: closeCode, cause: cause ?? (closeCode == nil ? .broken : .ours)))
    }

    private func deliver(_ text: Span<UInt8>) {
        guard text.isUTF8 else { return end(for: .invalidPayload) }
        handler?.received(text: text)
    }

    private func sendQueued(_ socket: OpaquePointer) -> Bool {
        var budget = Self.bytesPerTurn
        while !outbound.isEmpty, budget > 0 {
            var count = 0
            let (succeeded, finished) = unsafe outbound.sendFragment { payload, length, isFirst, isLast in
                count = length
                let flags = lws_write_ws_flags(Int32(LWS_WRITE_TEXT.rawValue), isFirst ? 1 : 0, isLast ? 1 : 0)
                return unsafe lws_write(socket, payload, length, lws_write_protocol(UInt32(flags))) >= 0
            }
            guard succeeded else { return false }
            if let finished { server.buffers.give(finished) }
            budget -= count
            if unsafe lws_partial_buffered(socket) != 0 {
                bytesInLibrary = count
                return true
            }
        }
        return true
    }
}

extension String {
    fileprivate static func isValidUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
}
