package import Core
package import RealtimeProtocol

/// Keeps account of the one summary that a session may have under way, of those that failed, and of when to try again.
///
/// DESIGN. At most one summary is under way. One that fails, or whose part of the conversation was changed meanwhile, is tried
/// again at the end of a later response, not before a pause that doubles; after `mostTries` the part is given up, so that a
/// provider that never answers costs three requests for a third of the budget and not one for each turn.
package struct HistorySummarizer: Sendable {
    /// One summary under way.
    package struct Job: Sendable {
        /// Its number.
        package let id: Int
        /// What it covers, as it was when it began.
        package let items: [ConversationItem]
        /// How large the request to the model is.
        package let size: PromptSize
        /// When it began.
        package let begun: MonotonicInstant
    }

    /// The summary under way.
    package private(set) var job: Job?
    private var tries = 0
    private var withdrawals = 0
    private var notBefore = MonotonicInstant.zero
    private var number = 0

    /// Summaries of one part that are tried.
    package static let mostTries = 3
    /// Summaries that a client may withdraw by changing what they cover; then it keeps its history itself.
    package static let mostWithdrawals = 3
    /// The first pause after a failure; each further one is twice as long.
    package static let firstPause = Duration.seconds(5)

    /// One that has done nothing yet.
    package init() {}

    /// Whether a summary may begin.
    package func isReady(at now: MonotonicInstant) -> Bool {
        job == nil && now >= notBefore && withdrawals < Self.mostWithdrawals
    }

    /// A summary of `items` begins.
    package mutating func begin(_ items: [ConversationItem], size: PromptSize, now: MonotonicInstant) -> Job {
        number += 1
        let begun = Job(id: number, items: items, size: size, begun: now)
        job = begun
        return begun
    }

    /// The summary is in force.
    package mutating func applied() {
        job = nil
        tries = 0
    }

    /// The summary under way came to nothing.
    ///
    /// - Returns: whether its part is to be given up.
    package mutating func failed(now: MonotonicInstant) -> Bool {
        job = nil
        tries += 1
        notBefore = now + Self.firstPause * (1 << (tries - 1))
        guard tries >= Self.mostTries else { return false }
        tries = 0
        return true
    }

    /// The client changed what the summary in force covers.
    package mutating func withdrawn(now: MonotonicInstant) {
        withdrawals += 1
        notBefore = max(notBefore, now + Self.firstPause)
    }

    /// The session is over.
    package mutating func stop() { job = nil }
}
