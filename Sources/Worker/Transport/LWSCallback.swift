import CWebSockets

/// The one callback of libwebsockets: finds the connection and passes the call on.
///
/// No decision is made here.
///
/// A connection is retained by its socket from `SERVER_NEW_CLIENT_INSTANTIATED` to `WSI_DESTROY`, the first and the last
/// call that libwebsockets makes for an adopted socket. A result other than 0 asks the library to close the socket.
func lwsCallback(
    socket: OpaquePointer?, reason: lws_callback_reasons, user: UnsafeMutableRawPointer?,
    input: UnsafeMutableRawPointer?, length: Int
) -> Int32 {
    guard let socket = unsafe socket else { return 0 }
    switch reason {
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
        guard let slot = unsafe lws_context_user(lws_get_context(socket)),
            let connection = unsafe Unmanaged<LWSContext.Adoption>.fromOpaque(slot).takeUnretainedValue().connection
        else { return 0 }
        unsafe lws_set_opaque_user_data(socket, Unmanaged.passRetained(connection).toOpaque())
        return 0
    case LWS_CALLBACK_ESTABLISHED:
        unsafe connection(of: socket)?.established(socket)
        return 0
    case LWS_CALLBACK_RECEIVE:
        let bytes = unsafe UnsafeBufferPointer(start: input?.assumingMemoryBound(to: UInt8.self), count: length)
        unsafe connection(of: socket)?.received(
            Span(_unsafeElements: bytes), isBinary: lws_frame_is_binary(socket) != 0,
            isLast: lws_is_final_fragment(socket) != 0)
        return 0
    case LWS_CALLBACK_RECEIVE_PONG:
        unsafe connection(of: socket)?.receivedPong()
        return 0
    case LWS_CALLBACK_SERVER_WRITEABLE:
        guard let connection = unsafe connection(of: socket) else { return 0 }
        return connection.writeable() ? 0 : -1
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        let bytes = unsafe UnsafeBufferPointer(start: input?.assumingMemoryBound(to: UInt8.self), count: length)
        let code = unsafe bytes.count >= 2 ? UInt16(bytes[0]) << 8 | UInt16(bytes[1]) : nil
        unsafe connection(of: socket)?.peerClosed(code: code)
        return 0
    case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL:
        unsafe connection(of: socket)?.closingBegan()
        return 0
    case LWS_CALLBACK_CLOSED:
        unsafe connection(of: socket)?.socketClosed()
        return 0
    case LWS_CALLBACK_WSI_DESTROY:
        guard let opaque = unsafe lws_get_opaque_user_data(socket) else { return 0 }
        unsafe lws_set_opaque_user_data(socket, nil)
        let connection = unsafe Unmanaged<WebSocketConnection>.fromOpaque(opaque).takeRetainedValue()
        connection.socketClosed()
        return 0
    default:
        return 0
    }
}

private func connection(of socket: OpaquePointer) -> WebSocketConnection? {
    guard let opaque = unsafe lws_get_opaque_user_data(socket) else { return nil }
    return unsafe Unmanaged<WebSocketConnection>.fromOpaque(opaque).takeUnretainedValue()
}
