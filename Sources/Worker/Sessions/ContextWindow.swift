package import Pipeline
package import RealtimeProtocol

/// Decides what of a prompt a model gets when the whole does not fit into its context (`truncation`, protocol section 4.1).
///
/// DESIGN. The prompt is cut between turns only: a turn is a message of the user and all that followed, so that a tool's call
/// and its result stay or go together. The instructions and the tools never go, and the newest turn always stays, even if it
/// alone is too long: then the provider has the last word.
package struct ContextWindow: Sendable {
    /// What a model gets of a prompt.
    package enum Fit: Sendable, Equatable {
        case everything
        /// The instructions, and the messages from this one on.
        case from(Int)
        /// It is too long and must not be cut; this many tokens.
        case tooLong(Int)
    }

    /// Tokens that the model can read.
    package let limit: Int
    /// What happens when the prompt is longer.
    package let truncation: Truncation
    /// How tokens are counted.
    package let estimator: TokenEstimator

    /// A window of these values.
    package init(limit: Int, truncation: Truncation, estimator: TokenEstimator) {
        self.limit = limit
        self.truncation = truncation
        self.estimator = estimator
    }

    /// What the model gets of `request`, whose first `instructions` messages are the instructions.
    package func fit(_ request: LanguageModelRequest, instructions: Int) -> Fit {
        var fixedSize = PromptSize(of: request.tools)
        for message in request.messages.prefix(instructions) { fixedSize += PromptSize(of: message) }
        let fixed = estimator.tokens(in: fixedSize)
        let sizes = request.messages.map { estimator.tokens(in: PromptSize(of: $0)) }
        var rest = sizes.dropFirst(instructions).reduce(0, +)
        var capacity = max(0, limit - fixed)
        if case .retentionRatio(_, let ownLimit?) = truncation { capacity = min(capacity, ownLimit) }
        guard rest > capacity else { return .everything }
        let target: Int
        switch truncation {
        case .disabled: return .tooLong(fixed + rest)
        case .auto: target = capacity
        case .retentionRatio(let ratio, _): target = Int(Double(capacity) * ratio)
        }
        var start = instructions
        for next in Self.turns(in: request.messages, from: instructions) where rest > target {
            rest -= sizes[start..<next].reduce(0, +)
            start = next
        }
        return start == instructions ? .everything : .from(start)
    }

    /// Where the turns after the first begin.
    private static func turns(in messages: [LanguageModelRequest.Message], from start: Int) -> [Int] {
        messages.indices.filter { index in
            if case .user = messages[index] { index > start } else { false }
        }
    }
}
