/// How a long conversation is kept within the model's budget: the older part becomes a summary that only the model sees.
package struct SummarySettings: Sendable, Equatable {
    /// Whether conversations are summarised.
    package var isEnabled = true
    /// The model that summarises; nil: the one that answers.
    package var model: String?
    /// Tokens of conversation, instructions not counted, above which the older part is summarised; nil: from the model's context.
    package var budget: Int?
    /// Newest turns that always stay verbatim.
    package var keptTurns = 4
    /// How long a summary may take.
    package var timeout = Duration.seconds(30)

    /// The product's defaults.
    package init() {}
}
