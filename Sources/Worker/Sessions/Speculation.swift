import Core
import Pipeline
import RealtimeProtocol

/// An answer that was begun at a pause, before the turn was certainly over: one revision of the turn.
///
/// It becomes the response `id` if the turn ends with the words it is based on; if the user goes on, all of it is discarded.
struct Speculation: Sendable {
    /// The response that it becomes, and the name of the work for it before.
    let id: ResponseID
    /// The turn's item.
    let item: ItemID
    /// The words that the answer is based on; nil while they are being transcribed.
    var text: String?
    /// The transcript of the audio up to the pause, where speech-to-text was asked for one: it is that of the turn if nothing
    /// more is said.
    var transcript: Transcript?
    /// Whether the turn is over, and only its transcript is awaited.
    var isCommitted = false
}
