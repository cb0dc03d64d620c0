import Core

extension OpenAICompatibleLLM {
    /// Where servers differ.
    struct Dialect: Sendable, Equatable {
        /// How requests are spelled, until the server refuses that and takes another spelling.
        var spelling = RequestSpelling()
        /// `reasoning_effort`, sent as it is.
        var reasoningEffort: String?
        /// The same for summaries; nil: as for answers.
        var summaryEffort: String?
        /// Members added to each request.
        var extraBody: [String: JSONValue] = [:]
        /// Members added to requests for summaries, beside `extraBody` and before it.
        var summaryExtraBody: [String: JSONValue] = [:]
        /// OpenRouter: the upstream providers to use, in this order.
        var providerOrder: [String] = []
        /// Whether the model sees pictures.
        var acceptsImages = true
    }
}
