/// How long each stage may take, all its attempts together: a fallback never makes a silence longer.
package struct ProviderDeadlines: Sendable, Equatable {
    /// Name lookup, TCP and TLS.
    package var connect: Duration = .seconds(3)
    /// From the end of a turn to its transcript.
    package var transcript: Duration = .seconds(10)
    /// From a request to the first word or tool call, reasoning and keep-alive not counted.
    package var firstToken: Duration = .seconds(8)
    /// Between two pieces of an answer.
    package var answerGap: Duration = .seconds(6)
    /// From a request to the end of the answer.
    package var answer: Duration = .seconds(120)
    /// From a piece of text to its first audio.
    package var firstAudio: Duration = .seconds(4)
    /// Between two pieces of audio, while the listener has room for them.
    package var speechGap: Duration = .seconds(3)

    /// The defaults.
    package init() {}
}
