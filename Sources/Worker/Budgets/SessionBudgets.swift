/// What one session may use, by name: the bounds, their defaults and what happens when one is used up.
///
/// DESIGN. This module holds names, defaults and arithmetic only. What was spent is counted by the part that spends: responses and
/// transcriptions by the state machine, calls by the gate in front of the providers.
package struct SessionBudgets: Sendable, Equatable {
    /// Responses under way, in the conversation and beside it; beyond it `response.create` earns `rate_limit_exceeded`.
    package var responses = 8
    /// Transcriptions under way, of turns and of items with audio; beyond it `rate_limit_exceeded`.
    package var transcriptions = 16
    /// Calls of any provider; beyond it the response or transcription fails with `rate_limit_exceeded`.
    package var providerCalls = RateLimit(perSecond: 20, burst: 20)
    /// Calls of providers under way: two for each response and one for each transcription, and a few; beyond it as `providerCalls`.
    package var callsUnderWay = 40
    /// Calls of tools of the server under way: as many as a model sensibly makes in one step; beyond it the model is told.
    package var serverTools = 8
    /// Calls of tools of the server in one answer of the model; those beyond it are left out.
    package var callsPerStep = 128
    /// Steps of comparing a tool call's arguments with the tool's schema, some milliseconds; beyond it the model is told that they
    /// are too many.
    package var schemaSteps = 30_000
    /// Bytes of one prompt, pictures included; beyond it the oldest turns leave the model's view, or, where `truncation` is disabled,
    /// the response fails with `context_length_exceeded`.
    package var promptBytes = 4 << 20
    /// Client events other than appends; beyond it `rate_limit_exceeded` and the event is not carried out.
    package var events = RateLimit(perSecond: 100, burst: 1000)
    /// Seconds of audio that are taken up, a second and at once; what comes faster waits, and the socket is read more slowly.
    package var audio = RateLimit(perSecond: 80, burst: 120)
    /// Pieces of input that are taken up in one turn of the loop (a frame, or 20 ms of audio); the rest waits for a later turn.
    package var piecesPerTurn = 16
    /// Time that input takes in one turn of the loop; the rest waits for a later turn.
    package var timePerTurn = Duration.milliseconds(2)
    /// Audio in no turn that a commit takes while turns are detected; what is older is forgotten.
    package var uncommittedAudio = Duration.seconds(30)
    /// Bytes of audio of its items that are kept; beyond it the oldest items have none any more.
    package var itemAudio = 8 << 20
    /// Items whose audio a client waits for; beyond it an item is shown without audio.
    package var retrievals = 32
    /// How long the model may go on after its answer was truncated, unless it calls tools; then the response ends.
    package var afterTruncation = Duration.seconds(5)
    /// Bytes of a frame that are read on the loop; a larger one is read on a thread beside the loop, one after another.
    package var frameOnLoop = 128 << 10
    /// Bytes still read from the socket while earlier input waits, so that pings are answered; then the socket waits.
    package var heldBytes = 256 << 10
    /// Time in which an unfinished message must end or grow by `messageGrowth`; beyond it `invalid_event` and close 1008.
    package var messageTime = Duration.seconds(10)
    /// Bytes by which a message grows that comes slowly, but comes: less than any format of audio has in that time.
    package var messageGrowth = 64 << 10
    /// Bytes of a conversation: texts, pictures, results of tools, times of spoken words, and the items of responses beside it.
    ///
    /// Beyond it the oldest items go that the model does not see. Where it sees all, an item of the client earns `invalid_value`; for
    /// what the server adds itself the oldest items go, or the response fails with `rate_limit_exceeded`.
    package var conversationBytes = 32 << 20
    /// What an item costs beside its texts.
    package var itemOverhead = 512
    /// Bytes that the model writes in one response; beyond it the response fails with `rate_limit_exceeded`.
    package var answerBytes = 2 << 20
    /// Bytes of the audio that is being transcribed, at 16 kHz; beyond it as `transcriptions`.
    package var transcriptionBytes = 64 << 20

    /// Bytes of this much audio on its way to a recogniser: 16 kHz, 16 bit.
    package static func transcriptionBytes(of audio: Duration) -> Int {
        Int(clamping: audio.components.seconds) * 32_000 + 32_000
    }

    /// The defaults.
    package init() {}
}
