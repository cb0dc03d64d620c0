/// The handlers of a loop's watched descriptors.
///
/// The kernel reuses descriptor numbers, and one call to `epoll_wait` reports several descriptors whose handlers may close
/// each other. Each watch therefore carries a serial number, and an event of an earlier watch finds no handler.
struct WatchTable {
    /// Names one watch; fits the 64 bits that epoll stores with a descriptor.
    struct Key: Hashable {
        var descriptor: Int32
        var serial: UInt32
    }

    private struct Watch {
        var serial: UInt32
        var handler: @Sendable (FileDescriptorEvents) -> Void
    }
    private var watches: [Int32: Watch] = [:]
    private var lastSerial: UInt32 = 0

    /// Watches in the table.
    var count: Int { watches.count }

    /// Adds or replaces a watch; tells its key and whether there was one before.
    mutating func set(
        _ descriptor: Int32, handler: @escaping @Sendable (FileDescriptorEvents) -> Void
    ) -> (key: Key, isReplacement: Bool) {
        lastSerial &+= 1
        let previous = watches.updateValue(Watch(serial: lastSerial, handler: handler), forKey: descriptor)
        return (Key(descriptor: descriptor, serial: lastSerial), previous != nil)
    }

    /// Takes a watch out; false if there was none.
    mutating func remove(_ descriptor: Int32) -> Bool { watches.removeValue(forKey: descriptor) != nil }

    /// The handler of this very watch.
    func handler(for key: Key) -> (@Sendable (FileDescriptorEvents) -> Void)? {
        guard let watch = watches[key.descriptor], watch.serial == key.serial else { return nil }
        return watch.handler
    }
}
