import CMicroHTTPD

/// The library's connection.
///
/// Sendable because `resume` is the one call that may come from another thread, which the library allows for a
/// suspended connection; everything else is used on the library's own thread, inside its callbacks.
@safe struct MHDConnection: @unchecked Sendable {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    /// Stops all activity on the connection until `resume`; only inside the access handler.
    func suspend() { unsafe MHD_suspend_connection(pointer) }

    /// Lets the library call the access handler again.
    func resume() { unsafe MHD_resume_connection(pointer) }

    /// The connection's socket.
    var descriptor: Int32 { unsafe antiphon_mhd_socket(pointer) }

    /// Numeric address of the other end.
    var peer: String { unsafe PeerAddress.text(antiphon_mhd_peer(pointer)) }

    /// The record that was attached when the connection was accepted.
    var record: ConnectionRecord? {
        unsafe antiphon_mhd_socket_context(pointer).map {
            unsafe Unmanaged<ConnectionRecord>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// The request's header fields.
    var fields: HTTPFields {
        var fields = HTTPFields()
        unsafe withUnsafeMutablePointer(to: &fields) { target in
            // With sizes: a NUL inside a value must not hide what follows it.
            _ = unsafe MHD_get_connection_values_n(
                pointer, .HEADER_KIND,
                { context, _, name, nameSize, value, valueSize in
                    if let context = unsafe context {
                        unsafe context.assumingMemoryBound(to: HTTPFields.self).pointee
                            .append(MHDConnection.text(name, nameSize), MHDConnection.text(value, valueSize))
                    }
                    return .YES
                }, target)
        }
        return fields
    }

    /// Hands the answer to the library; false if it cannot take one now.
    func queue(_ response: HTTPResponse, closing: Bool) -> Bool {
        let empty = response.status == .noContent || response.status == .notModified
        let handle = unsafe response.body.withUnsafeBytes { bytes in
            unsafe MHD_create_response_from_buffer(
                empty ? 0 : bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let handle = unsafe handle else { return false }
        defer { unsafe MHD_destroy_response(handle) }
        for field in response.fields.all {
            unsafe MHD_add_response_header(handle, field.name, Self.singleLine(field.value))
        }
        if closing || response.closesConnection { unsafe MHD_add_response_header(handle, "connection", "close") }
        return unsafe MHD_queue_response(pointer, UInt32(clamping: response.status.code), handle) == .YES
    }

    /// The bytes as text; what is not UTF-8 is replaced.
    private static func text(_ start: UnsafePointer<CChar>?, _ size: Int) -> String {
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : size)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    /// The library refuses a field with a line break; a value that holds one is cut there.
    private static func singleLine(_ value: String) -> String {
        String(decoding: value.utf8.prefix { $0 >= 0x20 && $0 != 0x7f }, as: UTF8.self)
    }
}
