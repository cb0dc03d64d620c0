/// Where phrases outlive the process.
///
/// Called on the loop; blocking work happens elsewhere. Faults are the store's own affair: it says once that it does not work, and
/// the phrase is synthesised again.
package protocol PhraseStore: Sendable {
    /// The samples stored under `key` at 24,000 a second; nil when there are none that can be read.
    func load(_ key: PhraseKey) async -> [Int16]?
    /// Keeps `samples`, and lets go of what was not used for the longest time when there is no room.
    func store(_ samples: [Int16], _ key: PhraseKey) async
}
