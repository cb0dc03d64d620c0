/// Which bound of memory is in the way.
enum MemoryBound {
    /// The number of items.
    case items
    /// The bytes of one conversation.
    case conversation
    /// What all sessions of the worker hold.
    case worker
}
