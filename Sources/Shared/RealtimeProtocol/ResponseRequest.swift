package import Core

/// `response.create`: overrides of the session for one response (protocol section 2.10).
///
/// nil means "as the session says".
package struct ResponseRequest: Sendable, Equatable {
    /// False for `conversation: "none"`: an out-of-band response.
    package var inConversation = true
    /// What the model sees instead of the conversation; nil: the whole conversation; empty: nothing.
    package var input: [InputItem]?
    /// The system prompt for this response.
    package var instructions: String?
    /// Whether it is spoken or written.
    package var outputModality: OutputModality?
    /// The voice it is spoken with.
    package var voice: String?
    /// The format its audio leaves in.
    package var outputFormat: AudioFormat?
    /// Its cap on tokens.
    package var maxOutputTokens: TokenLimit?
    /// Sampling temperature; beta only.
    package var temperature: Double?
    /// Tools the model may call.
    package var tools: [ToolDefinition]?
    /// Which tools the model must or may use.
    package var toolChoice: ToolChoice?
    /// Whether several calls are allowed.
    package var parallelToolCalls: Bool?
    /// At most 16 pairs, key at most 64 and value at most 512 characters; echoed in the response object.
    package var metadata: [String: String]?
    /// A request that overrides nothing.
    package init() {}

    /// One entry of `input`.
    package enum InputItem: Sendable, Equatable {
        case item(ConversationItem)
        case reference(ItemID)
    }
}
