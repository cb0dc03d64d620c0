package import Budgets
package import Pipeline
package import RealtimeProtocol

/// What an operator sets for every session of a worker.
package struct SessionSettings: Sendable, Equatable {
    /// After this long a session ends with `session_expired`.
    package var maximumDuration = Duration.seconds(3600)
    /// A session in which the client sends nothing for this long is closed; nil: never.
    package var maximumIdle: Duration?
    /// Audio in one `response.output_audio.delta`.
    package var frame = Duration.milliseconds(20)
    /// Synthesised audio that may wait to be sent; beyond it speech synthesis is held back.
    package var speechAhead = Duration.seconds(4)
    /// A client that has read too little for this long is closed.
    package var longestCongestion = Duration.seconds(30)
    /// How long each stage may take.
    package var deadlines = ProviderDeadlines()
    /// Longest turn; audio beyond it ends the turn.
    package var maximumTurn = Duration.seconds(300)
    /// Items a conversation may hold; the oldest leave the model's view before this matters.
    package var maximumItems = 10_000
    /// What turn detection has where the client does not say.
    package var turnDetection = ServerVAD()
    /// Tokens of input that the language model can read; a longer conversation is truncated as the session says.
    package var contextTokens = 28_224
    /// Models that a client may choose for summaries.
    package var summaryModels = SummaryModels.all
    /// Whether the audio of items is kept, for `conversation.item.retrieve`.
    package var keepsItemAudio = true
    /// What the session may use.
    package var budgets = SessionBudgets()
    /// The defaults.
    package init() {}
}
