/// What all sessions of a worker may use together, by name; see `SessionBudgets`.
package struct WorkerBudgets: Sendable, Equatable {
    /// Audio of items that clients may retrieve, in bytes; the oldest goes first.
    package var keptAudioBytes = 64 << 20

    /// The defaults.
    package init() {}
}
