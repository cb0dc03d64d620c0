/// A loop that can also watch file descriptors owned by C libraries (hiredis, libcurl).
package protocol FileDescriptorEventLoop: EventLoop {
    /// Calls `handler` on the loop whenever `descriptor` becomes ready in one of the ways of `interest` (level triggered).
    /// A second call for the same descriptor replaces interest and handler. Must be called on the loop.
    func watch(
        _ descriptor: Int32, for interest: FileDescriptorEvents,
        handler: @escaping @Sendable (FileDescriptorEvents) -> Void)

    /// Stops watching. Must be called on the loop, before the descriptor is closed.
    func unwatch(_ descriptor: Int32)
}

/// What a descriptor is ready for.
package struct FileDescriptorEvents: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Bytes, end of file or an error can be read.
    package static let read = FileDescriptorEvents(rawValue: 1)
    /// Bytes can be written.
    package static let write = FileDescriptorEvents(rawValue: 2)
    /// The peer hung up or the descriptor failed; reported whether asked for or not.
    package static let failure = FileDescriptorEvents(rawValue: 4)
}
