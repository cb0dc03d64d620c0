import Core
import HTTPClient

/// How long each stage of a remote provider may take; no silence is longer than the sum of one stage's bounds.
package struct ProviderDeadlines: Sendable, Equatable {
    /// Name lookup, TCP and TLS.
    package var connect: Duration = .seconds(3)
    /// From the end of a turn to its transcript.
    package var transcript: Duration = .seconds(15)
    /// From a request to the first word or tool call, reasoning and keep-alive not counted.
    package var firstToken: Duration = .seconds(10)
    /// Between two pieces of an answer.
    package var answerGap: Duration = .seconds(8)
    /// From a request to the end of the answer.
    package var answer: Duration = .seconds(120)
    /// From a request to the first audio.
    package var firstAudio: Duration = .seconds(8)
    /// Between two pieces of speech.
    package var speechGap: Duration = .seconds(5)

    /// The defaults.
    package init() {}

    var transcription: HTTPDeadlines {
        HTTPDeadlines(connect: connect, firstByte: transcript, idle: transcript, total: transcript)
    }
    var completion: HTTPDeadlines {
        HTTPDeadlines(connect: connect, firstByte: firstToken, idle: answerGap, total: answer)
    }
    /// Without a bound for the whole, because the listener's pace is part of it.
    var speech: HTTPDeadlines {
        HTTPDeadlines(connect: connect, firstByte: firstAudio, idle: speechGap, total: nil)
    }
}
