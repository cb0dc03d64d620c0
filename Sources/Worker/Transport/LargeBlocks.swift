import CLinux

/// How the allocator treats large blocks of memory, such as messages of 20 MB.
package enum LargeBlocks {
    /// From this size on a block is the system's own.
    private static let size: Int32 = 256 << 10

    /// Lets large blocks go back to the system when they are freed; glibc otherwise keeps ever larger ones (mallopt(3)).
    ///
    /// To be called once, before other threads run.
    package static func giveBackWhenFreed() { _ = mallopt(M_MMAP_THRESHOLD, size) }
}
