/// How a conversation feels beyond what the OpenAI protocol can say: the `antiphon` member of a session.
///
/// An operator sets it by environment, a tenant for all its sessions, a client secret and `session.update` for one. A response
/// uses what was set when it began.
package struct SessionBehavior: Sendable, Equatable {
    /// The short phrase that bridges the wait for an answer.
    package var acknowledgement = AcknowledgementSettings()
    /// The sound of typing while an answer is being prepared.
    package var typingSound = TypingSoundSettings()
    /// What speech during an answer does to it.
    package var interruption = InterruptionSettings()
    /// When the user's turn is over.
    package var turnTaking = TurnTakingSettings()
    /// How a long conversation is kept within the model's budget.
    package var summary = SummarySettings()
    /// How the model is asked and which tools the server runs for it.
    package var agent = AgentSettings()
    /// What the user hears when a provider fails or is too slow.
    package var silence = SilenceSettings()
    /// How far ahead of the listener's clock audio leaves.
    package var output = OutputSettings()
    /// Whether `response.done` carries the turn's latencies.
    package var reportsLatency = false

    /// The product's defaults.
    package init() {}
}
