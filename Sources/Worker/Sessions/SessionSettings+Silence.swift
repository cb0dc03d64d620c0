import Pipeline

/// What the providers' deadlines amount to.
extension SessionSettings {
    /// What a provider's own report of its timeout may take to arrive.
    static let grace = Duration.milliseconds(500)

    /// Longest wait for a transcript after the end of a turn.
    package var transcriptionDeadline: Duration { deadlines.transcript + Self.grace }

    /// Longest time in which a response makes no progress, whatever it waits for.
    package var stageDeadline: Duration {
        max(deadlines.firstToken, deadlines.answerGap, deadlines.firstAudio, deadlines.speechGap) + Self.grace
    }

    /// Longest time in which nothing of a spoken answer is heard, from the question to its first sound or between two.
    package var answerSilence: Duration {
        deadlines.firstToken + deadlines.answerGap + deadlines.firstAudio + Self.grace
    }

    /// Longest wait for an apology.
    package var apologyDeadline: Duration { deadlines.firstAudio + Self.grace }

    /// The longest silence between the end of the user's speech and the next sound, or the end of the response, when everything
    /// that can hang does; `window` is the silence that ends a turn.
    ///
    /// Tools that the server runs take their own time on top of it.
    package func longestSilence(window: Duration) -> Duration {
        window + transcriptionDeadline + answerSilence + apologyDeadline
    }
}
