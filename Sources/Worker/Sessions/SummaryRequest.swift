package import Pipeline

/// One summary to be made, beside the conversation.
package struct SummaryRequest: Sendable, Equatable {
    /// Tells one summary of a session from another.
    package let id: Int
    /// What the model is asked.
    package let model: LanguageModelRequest
    /// A text of more bytes is no summary; the model may be stopped.
    package let longestText: Int
}
