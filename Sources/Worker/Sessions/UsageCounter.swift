import Core
import Pipeline
import RealtimeProtocol

/// Token counts of a response: the provider's own where it counted, else an estimate that says so.
enum UsageCounter {
    /// Characters of English text per token, the vendors' common rule of thumb.
    private static let charactersPerToken = 4

    /// What `response` cost.
    ///
    /// All text: the pipeline's language model reads and writes text.
    static func usage(of response: ActiveResponse) -> Usage {
        var usage = Usage()
        if let counted = response.modelResult?.usage {
            usage.inputTextTokens = counted.input
            usage.cachedTextTokens = min(counted.cachedInput, counted.input)
            usage.outputTextTokens = counted.output
            return usage
        }
        guard response.isStarted, response.promptCharacters > 0 || !response.generatedText.isEmpty else { return usage }
        let arguments = response.calls.reduce(0) { $0 + $1.name.count + $1.arguments.count }
        usage.inputTextTokens = tokens(response.promptCharacters)
        usage.outputTextTokens = tokens(response.generatedText.count + arguments)
        usage.isEstimated = true
        return usage
    }

    private static func tokens(_ characters: Int) -> Int { (characters + charactersPerToken - 1) / charactersPerToken }
}
