import CWebSockets
import Core
import EventLoops

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
    }

    func received(_ piece: Span<UInt8>, isBinary: Bool, isLast: Bool) {
        guard state == .open else { return }
        noteActivity()
        noteHeld(piece.count)
        let event = assembler.append(piece, isBinary: isBinary, isLast: isLast)
        switch event {
        case .incomplete: return
        case .textInPlace: deliver(piece)
        case .textAssembled:
            // Moved out while the handler looks at it, so that it may not change under its eyes.
            let text = assembler.takeText()
            deliver(text.span)
            assembler.giveBack(text)
        case .binary: handler?.receivedBinary()
        case .tooBig: handler?.receivedTooBig()
        case .excessive: close(code: CloseCode.messageTooBig, reason: "message too big")
        }
        assembler.finish()
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
        state = .closing
        closeCode = closeCode ?? code
        forgetOutput()
    }

    /// The library has begun to close, on our wish or because of what the peer did: only its close frame may follow.
    func closingBegan() {
        guard state == .open || state == .closing else { return }
        state = .closing
        forgetOutput()
    }

    /// The library's last calls; the first of them counts.
    func socketClosed() {
        guard state != .closed else { return }
        state = .closed
        unsafe socket = nil
        forgetOutput()
        bytesInLibrary = 0
        endWatching()
        for timer in [livenessTimer, closeTimer].compactMap(\.self) { server.loop.cancel(timer) }
        let handler = handler
        self.handler = nil
        server.connectionClosed(self)
        handler?.closed(code: closeCode)
    }

    private func deliver(_ text: Span<UInt8>) {
        guard Self.isValidUTF8(text) else {
            return close(code: CloseCode.invalidPayload, reason: "text is not UTF-8")
        }
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

    private static func isValidUTF8(_ text: Span<UInt8>) -> Bool {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: text)
            return true
        } catch { return false }
    }
}

extension String {
    fileprivate static func isValidUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
}
