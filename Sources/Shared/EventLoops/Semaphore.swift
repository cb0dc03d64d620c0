import CLinux

/// A counting semaphore for threads: an eventfd that takes one off per read.
final class Semaphore: Sendable {
    private let descriptor: Int32

    /// A semaphore at zero.
    init() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_SEMAPHORE))
        precondition(descriptor >= 0, "No file descriptor left for a semaphore")
    }

    deinit { _ = close(descriptor) }

    /// Adds one; wakes one waiting thread.
    ///
    /// May be called from any thread.
    func signal() {
        var one: UInt64 = 1
        _ = unsafe write(descriptor, &one, 8)
    }

    /// Blocks the thread until one can be taken.
    ///
    /// An interrupted read tries again.
    func wait() {
        var value: UInt64 = 0
        while unsafe read(descriptor, &value, 8) != 8 {}
    }
}
