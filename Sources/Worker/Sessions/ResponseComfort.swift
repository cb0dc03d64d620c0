import Core

/// How far one response has come with bridging the wait for its answer.
struct ResponseComfort: Sendable {
    /// A phrase whose audio was asked for.
    struct Wanted: Sendable {
        let phrase: String
        /// Whether it is one of the second level, said while a tool runs.
        let isForTool: Bool
        /// Whether it takes so long that there is typing until it comes.
        var isDelayed = false
    }

    /// The item that the response answers, if it answers the newest one.
    var question: ItemID?
    /// Whether the answer has taken as long as it may without comfort.
    var isDelayOver = false
    /// Whether the acknowledgement was decided about: once for a response.
    var isAcknowledged = false
    /// The phrase whose audio has not come yet.
    var wanted: Wanted?
    /// Whether speech of the answer itself was synthesised.
    var hasAnswerAudio = false
    /// Whether a piece of the answer is being synthesised whose audio has begun: nothing may come between.
    var isWithinPiece = false
    /// Tools of the server that run.
    var runningTools = 0
    /// Phrases of the second level so far.
    var toolPhrases = 0
}
