import Core
import Pipeline

extension LanguageModelResult.TokenUsage {
    /// The `usage` of a chunk; nil if it is null or counts nothing.
    init?(_ usage: JSONValue?) {
        guard let usage, let input = (usage["prompt_tokens"] ?? usage["input_tokens"])?.count,
            let output = (usage["completion_tokens"] ?? usage["output_tokens"])?.count
        else { return nil }
        let details = usage["prompt_tokens_details"] ?? usage["input_tokens_details"]
        self.init(input: input, cachedInput: min(details?["cached_tokens"]?.count ?? 0, input), output: output)
    }
}
