import HTTPClient
import Pipeline

/// The deadlines of a stage as those of its request.
extension ProviderDeadlines {
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
