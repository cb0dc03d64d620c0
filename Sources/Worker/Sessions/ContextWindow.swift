import Pipeline
package import RealtimeProtocol

/// Decides what of a prompt a model gets when the whole does not fit into its context (`truncation`, protocol section 4.1).
///
/// DESIGN. The prompt is cut between turns: a turn is a message of the user and all that followed. The instructions and the tools
/// never go. The newest turn stays whole while it fits alone; where it does not, or where there is no user at all, the oldest parts
/// after the user's message go, a tool's call together with its result. The user's newest message and the newest part always
/// stay: then the provider has the last word. Sizes decide, so nothing is copied of what does not fit.
package struct ContextWindow: Sendable {
    /// One part of a prompt that stays or goes as a whole.
    package struct Part: Sendable {
        /// How large it is.
        package var size: PromptSize
        /// Whether the user speaks here.
        package var beginsTurn: Bool
        /// A part of this size.
        package init(size: PromptSize, beginsTurn: Bool) {
            self.size = size
            self.beginsTurn = beginsTurn
        }
    }

    /// What a model gets of a prompt.
    package enum Fit: Sendable, Equatable {
        case everything
        /// The instructions, and the parts from this one on.
        case from(Int)
        /// The instructions, the user's newest message, and the parts from the second number on.
        case newestTurn(Int, from: Int)
        /// It is too long and must not be cut; this many tokens.
        case tooLong(Int)
    }

    /// Tokens that the model can read.
    package let limit: Int
    /// What happens when the prompt is longer.
    package let truncation: Truncation
    /// How tokens are counted.
    package let estimator: TokenEstimator
    /// Tokens of conversation that may be shown where it may be cut at all; nil: as many as can be read.
    package let budget: Int?
    /// Bytes of conversation that are sent, pictures included.
    package let bytes: Int

    /// A window of these values.
    package init(
        limit: Int, truncation: Truncation, estimator: TokenEstimator, budget: Int? = nil, bytes: Int = .max
    ) {
        self.limit = limit
        self.truncation = truncation
        self.estimator = estimator
        self.budget = budget
        self.bytes = bytes
    }

    /// Tokens of conversation that the model gets beside `fixed`, the instructions and the tools.
    package func capacity(beside fixed: PromptSize) -> Int {
        var capacity = max(0, limit - estimator.tokens(in: fixed))
        if case .retentionRatio(_, let ownLimit?) = truncation { capacity = min(capacity, ownLimit) }
        if let budget, truncation != .disabled { capacity = min(capacity, budget) }
        return capacity
    }

    /// What the model gets of `parts` beside `fixed`; the first `summaries` of them stand for what was said before and stay, too.
    package func fit(_ parts: [Part], beside fixed: PromptSize, summaries: Int = 0) -> Fit {
        let sizes = parts.map { (tokens: estimator.tokens(in: $0.size), bytes: $0.size.bytes + $0.size.imageBytes) }
        var tokens = sizes.reduce(0) { $0 + $1.tokens }
        var sent = sizes.reduce(0) { $0 + $1.bytes }
        let capacity = capacity(beside: fixed)
        guard tokens > capacity || sent > bytes else { return .everything }
        let target: Int
        switch truncation {
        case .disabled: return .tooLong(estimator.tokens(in: fixed) + tokens)
        case .auto: target = capacity
        case .retentionRatio(let ratio, _): target = Int(Double(capacity) * ratio)
        }
        func leave(_ part: Int) {
            tokens -= sizes[part].tokens
            sent -= sizes[part].bytes
        }
        var start = summaries
        var next = start + 1
        while next < parts.count, tokens > target || sent > bytes {
            if parts[next].beginsTurn {
                for part in start..<next { leave(part) }
                start = next
            }
            next += 1
        }
        guard tokens > capacity || sent > bytes else { return start == summaries ? .everything : .from(start) }
        // The newest turn alone is too long, or there is no other.
        let hasUser = start < parts.count && parts[start].beginsTurn
        let first = hasUser ? start + 1 : start
        var kept = first
        while kept < parts.count - 1, tokens > capacity || sent > bytes {
            leave(kept)
            kept += 1
        }
        if kept == first { return start == summaries ? .everything : .from(start) }
        return hasUser ? .newestTurn(start, from: kept) : .from(kept)
    }
}
