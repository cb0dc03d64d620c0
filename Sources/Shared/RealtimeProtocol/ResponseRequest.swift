package import Core

/// `response.create`: overrides of the session for one response (protocol section 2.10). nil means "as the session says".
package struct ResponseRequest: Sendable, Equatable {
    /// False for `conversation: "none"`: an out-of-band response.
    package var inConversation = true
    /// What the model sees instead of the conversation; nil: the whole conversation; empty: nothing.
    package var input: [InputItem]?
    package var instructions: String?
    package var outputModality: OutputModality?
    package var voice: String?
    package var outputFormat: AudioFormat?
    package var maxOutputTokens: TokenLimit?
    package var temperature: Double?
    package var tools: [ToolDefinition]?
    package var toolChoice: ToolChoice?
    package var parallelToolCalls: Bool?
    /// At most 16 pairs, key at most 64 and value at most 512 characters; echoed in the response object.
    package var metadata: [String: String]?
    package init() {}

    /// One entry of `input`.
    package enum InputItem: Sendable, Equatable {
        case item(ConversationItem)
        case reference(ItemID)
    }
}
