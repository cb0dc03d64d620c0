/// Estimates tokens, and learns from the provider's own counts.
///
/// Tokens are as many bytes as the last counted prompt had; before the first count, as English text has.
package struct TokenEstimator: Sendable, Equatable {
    private var bytesPerToken = Self.assumedBytesPerToken

    /// The vendors' common rule of thumb.
    private static let assumedBytesPerToken = 4.0
    /// A count outside of these bounds is not one of the prompt's text.
    private static let plausibleBytesPerToken = 0.5...16.0
    /// Tokens by which a message is framed.
    private static let tokensPerMessage = 4
    /// A shorter prompt says too little about the text to come.
    private static let leastBytes = 200

    /// An estimator that has learned nothing yet.
    package init() {}

    /// About as many tokens as a prompt of this size has.
    package func tokens(in size: PromptSize) -> Int {
        tokens(ofBytes: size.bytes) + size.messages * Self.tokensPerMessage + size.imageTokens
    }

    /// About as many tokens as a text of this length has.
    package func tokens(ofBytes bytes: Int) -> Int { Int((Double(bytes) / bytesPerToken).rounded(.up)) }

    /// About as many bytes as a text of so many tokens has.
    package func bytes(ofTokens tokens: Int) -> Int { Int(Double(tokens) * bytesPerToken) }

    /// Notes that a provider counted `tokens` in a prompt of this size.
    package mutating func learn(_ size: PromptSize, tokens: Int) {
        let ofText = tokens - size.messages * Self.tokensPerMessage - size.imageTokens
        guard size.bytes >= Self.leastBytes, ofText > 0 else { return }
        let counted = Double(size.bytes) / Double(ofText)
        if Self.plausibleBytesPerToken.contains(counted) { bytesPerToken = counted }
    }
}
