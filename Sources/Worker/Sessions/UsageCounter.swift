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
        usage = finishedSteps(of: response)
        guard response.isStarted, response.promptSize.bytes > 0 || response.textBytes > 0 else { return usage }
        let arguments = response.calls.reduce(0) { $0 + $1.name.utf8.count + $1.arguments.utf8.count }
        usage.inputTextTokens += estimator.tokens(ofBytes: response.promptSize.bytes)
        usage.inputImageTokens = response.promptSize.imageTokens
        let written = estimator.tokens(ofBytes: response.textBytes + arguments)
        usage.outputTextTokens = max(usage.outputTextTokens, written)
        usage.isEstimated = true
        return usage
    }

    /// What the requests to the model cost that were over before the response was cut short.
    private static func finishedSteps(of response: ActiveResponse) -> Usage {
        response.finishedSteps.compactMap(\.self).reduce(into: Usage()) { usage, step in
            usage.inputTextTokens += step.input
            usage.cachedTextTokens += min(step.cachedInput, step.input)
            usage.outputTextTokens += step.output
        }
    }
}
