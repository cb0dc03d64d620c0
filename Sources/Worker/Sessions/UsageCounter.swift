import Core
import Pipeline
import RealtimeProtocol

/// Token counts of a response: the provider's own where it counted, else an estimate that says so.
enum UsageCounter {
    /// What `response` cost: no audio, because the pipeline's language model reads and writes text.
    static func usage(of response: ActiveResponse, estimator: TokenEstimator) -> Usage {
        var usage = Usage()
        if let counted = response.modelResult?.usage {
            usage.inputTextTokens = counted.input
            usage.cachedTextTokens = min(counted.cachedInput, counted.input)
            usage.outputTextTokens = counted.output
            return usage
        }
        guard response.isStarted, response.promptSize.bytes > 0 || !response.generatedText.isEmpty else { return usage }
        let arguments = response.calls.reduce(0) { $0 + $1.name.utf8.count + $1.arguments.utf8.count }
        usage.inputTextTokens = estimator.tokens(ofBytes: response.promptSize.bytes)
        usage.inputImageTokens = response.promptSize.imageTokens
        usage.outputTextTokens = estimator.tokens(ofBytes: response.generatedText.utf8.count + arguments)
        usage.isEstimated = true
        return usage
    }
}
