package import Core
package import RealtimeProtocol

/// One `conversation.item.retrieve` whose answer may hold audio.
package struct Retrieval: Sendable, Equatable {
    /// Which item.
    package let item: ItemID
    /// What the client gets.
    package let format: AudioFormat
    /// The client's event.
    package let eventID: String?
}
