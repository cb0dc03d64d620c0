import CLinux

/// Which event loop the calling thread serves: the answer to "am I on the loop?" in one load.
package enum ThreadOwner {
    /// Whether the calling thread serves `loop`.
    package static func isCurrent(_ loop: AnyObject) -> Bool {
        antiphon_thread_owner() == UInt(bitPattern: ObjectIdentifier(loop))
    }

    /// Runs `body` while the calling thread counts as the thread of `loop`.
    package static func serving<Result, Failure: Error>(
        _ loop: AnyObject, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let previous = antiphon_thread_owner()
        antiphon_set_thread_owner(UInt(bitPattern: ObjectIdentifier(loop)))
        defer { antiphon_set_thread_owner(previous) }
        return try body()
    }
}
