/// How a long conversation is kept within the model's budget: the older part becomes a summary that only the model sees.
package struct SummarySettings: Sendable, Equatable {
    /// Whether conversations are summarised.
    package var isEnabled = true
    /// The model that summarises, another one of the same provider; nil: the one that answers.
    package var model: String?
    /// Most tokens of conversation that the model sees; nil: as many as its context has room for.
    ///
    /// The summary is part of it, instructions and tools are not. A summary is begun well below.
    package var budget: Int?
    /// Newest turns that no summary covers.
    package var keptTurns = 4
    /// How long a summary may take.
    package var timeout = Duration.seconds(30)
    /// Whether also a conversation is summarised whose `truncation` is `disabled`, which asks that nothing be lost.
    package var appliesWithoutTruncation = false

    /// The product's defaults.
    package init() {}
}
