import Core
import RealtimeProtocol

/// When the steps of one response happened; nil where a step did not happen.
struct TurnTimeline: Sendable, Equatable {
    /// The response began.
    var created: MonotonicInstant
    /// The user fell silent.
    var speechEnd: MonotonicInstant?
    /// The user's turn was found to be over.
    var turnEnd: MonotonicInstant?
    /// The transcript of that turn was there.
    var transcriptReady: MonotonicInstant?
    /// The model was asked.
    var modelStart: MonotonicInstant?
    /// The model's first word or tool call came.
    var firstToken: MonotonicInstant?
    /// The first speakable piece went to speech synthesis.
    var firstPiece: MonotonicInstant?
    /// The first audio of that piece came.
    var firstSpeech: MonotonicInstant?
    /// The first audio or text of the answer left.
    var firstSent: MonotonicInstant?
    /// The first audio of the answer was heard, by the model of the listener.
    var firstHeard: MonotonicInstant?
    /// The first sound was heard, the answer's or another.
    var firstSound: MonotonicInstant?

    /// A response that begins now.
    init(created: MonotonicInstant) { self.created = created }

    /// The durations between them.
    var latency: ResponseLatency {
        var latency = ResponseLatency(origin: turnEnd == nil ? .request : .speech)
        let origin = speechEnd ?? turnEnd ?? created
        latency[.silenceWindow] = Self.between(speechEnd, turnEnd)
        latency[.transcript] = Self.between(turnEnd, transcriptReady)
        latency[.firstToken] = Self.between(modelStart, firstToken)
        latency[.firstPiece] = Self.between(modelStart, firstPiece)
        latency[.firstSpeech] = Self.between(firstPiece, firstSpeech)
        latency[.firstSound] = Self.between(origin, firstSound)
        latency[.firstSent] = Self.between(origin, firstSent)
        latency[.firstHeard] = Self.between(origin, firstHeard)
        latency[.engine] = engineTime
        return latency
    }

    /// What was neither transcription nor the model's writing of the first piece nor its synthesis.
    private var engineTime: Duration? {
        // What was begun before the end of the turn is on nobody's way.
        guard let firstSent, let modelStart, modelStart >= turnEnd ?? created, let piece = firstPiece ?? firstToken
        else { return nil }
        let provided =
            (Self.between(turnEnd, transcriptReady) ?? .zero) + (piece - modelStart)
            + (Self.between(firstPiece, firstSpeech) ?? .zero)
        return firstSent - (turnEnd ?? created) - provided
    }

    private static func between(_ start: MonotonicInstant?, _ end: MonotonicInstant?) -> Duration? {
        guard let start, let end else { return nil }
        return end - start
    }
}
