/// What a session has its providers do: the labels of metrics about refused work.
package enum WorkKind: String, Sendable, CaseIterable {
    /// An answer: all calls of language model and voice that it needs.
    case response
    /// The words of one turn or of one item with audio.
    case transcription
    /// An answer or transcript that is begun before the turn is certainly over.
    case speculation
    /// The audio of a phrase.
    case phrase
    /// The summary of the older part of a conversation.
    case summary
    /// What is said in place of an answer that failed.
    case apology

    /// Whether the user does not wait for it; it leaves half of the burst to other work.
    var isBackground: Bool {
        switch self {
        case .response, .transcription, .apology: false
        case .speculation, .phrase, .summary: true
        }
    }
}
