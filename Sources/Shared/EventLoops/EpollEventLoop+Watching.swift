extension EpollEventLoop {
    /// Calls `handler` whenever `descriptor` is ready.
    ///
    /// Must be called on the loop.
    package func watch(
        _ descriptor: Int32, for interest: FileDescriptorEvents,
        handler: @escaping @Sendable (FileDescriptorEvents) -> Void
    ) {
        checkIsolated()
        let (key, isReplacement) = watches.set(descriptor, handler: handler)
        descriptors.watch(key, for: interest, isReplacement: isReplacement)
    }

    /// Ends that.
    ///
    /// Must be called on the loop, before the descriptor is closed.
    package func unwatch(_ descriptor: Int32) {
        checkIsolated()
        if watches.remove(descriptor) { descriptors.unwatch(descriptor) }
    }
}
