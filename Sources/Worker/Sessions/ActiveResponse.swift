import Audio
import Core
import Pipeline
import RealtimeProtocol

/// One response from `response.created` to `response.done`.
struct ActiveResponse: Sendable {
    /// The assistant message that is being said.
    struct Message: Sendable {
        let itemID: ItemID
        let outputIndex: Int
        /// Which of the response's messages it is.
        let ordinal: Int
        /// Audio of the response that left before this message.
        let audioStart: Duration
        /// What was sent of it: text, or the transcript of the pieces whose audio began.
        var said = ""
        /// The comfort phrases whose audio began.
        var phrases = ""
        /// Set when the client truncated the message while it was said.
        var truncatedAt: Duration?
    }

    /// The tool call that is being said.
    struct Call: Sendable {
        let itemID: ItemID
        let outputIndex: Int
        var call: FunctionCall
    }

    /// A tool call as the model writes it.
    struct GeneratedCall: Sendable {
        let index: Int
        let id: CallID
        let name: String
        var arguments = ""
        /// What the provider wants back with it.
        var extra: String?
        var isOpened = false
        var isClosed = false
    }

    let request: ResponseRequest
    /// What the session was set to when the response began.
    let configuration: SessionConfiguration
    /// How large the session's tools were in a prompt then; nil when it has tools of its own.
    var toolsSize: PromptSize?
    var object: ResponseObject
    var output: ResponseOutput
    /// User items whose transcript the answer needs and does not have yet.
    var waitingFor: Set<ItemID> = []
    /// The turn that this response answers by itself; nil when the client asked for it.
    var answeredTurn: ItemID?
    /// Turns before that one that were not answered yet, and need not have words.
    var owedTurns: [ItemID] = []
    /// Whether it was begun before its turn was over: nobody knows of it yet, and nothing of it may leave.
    var isSpeculative = false
    /// What is said word for word in place of an answer; nil: the model answers.
    var verbatim: String?
    var isStarted = false
    var message: Message?
    var call: Call?
    var nextOutputIndex = 0
    /// Whether the output holds, or held, the opening of the message.
    var hasMessage = false
    /// Messages whose opening the output holds or held, and those of them that were opened.
    private(set) var plannedMessages = 0
    var openedMessages = 0
    /// Words and audio of each message as synthesised so far, sent or not.
    private(set) var playouts: [PlayoutMap] = [PlayoutMap()]
    /// What bridges the wait for its answer.
    var comfort = ResponseComfort()
    var calls: [GeneratedCall] = []
    var modelResult: LanguageModelResult?
    /// The tools of the server that run for it.
    var tools = ToolProgress()
    /// What each of its finished requests to the model cost, where the provider counted.
    var finishedSteps: [LanguageModelResult.TokenUsage?] = []
    /// The first item of its output.
    var firstItem: ItemID?
    var speechFinished = false
    /// Bytes of text that the model wrote.
    var textBytes = 0
    /// Bytes that it holds of what the model wrote: text, calls, and what tools answered beside the conversation.
    var writtenBytes = 0
    /// Bytes of what it was asked with.
    let requestBytes: Int
    /// When what happened of it.
    var timeline: TurnTimeline
    /// When its making went on last.
    var lastProgress: MonotonicInstant?
    /// From when on the user waits for the model's answer.
    var silentSince: MonotonicInstant?
    /// When the answer's audio that has left will have been heard.
    var soundEnd: MonotonicInstant?
    /// When the client truncated it; nothing of it is heard since.
    var mutedAt: MonotonicInstant?
    /// What it failed with, while an apology is being made.
    var failure: ResponseStatus?
    /// Whether the apology has begun.
    var hasApologised = false
    /// Whether the end of the output is decided.
    var isFinishing = false
    /// Size of the prompt, for estimating usage and for learning from the provider's count.
    var promptSize = PromptSize()
    /// Whether speech synthesis may be waiting for room.
    var isHeldBack = false
    /// How loud the audio leaves: less while speech of the user is weighed.
    var gain = AudioGain()

    /// A response that has not begun.
    init(
        request: ResponseRequest, configuration: SessionConfiguration, object: ResponseObject,
        output: ResponseOutput, timeline: TurnTimeline
    ) {
        self.request = request
        self.configuration = configuration
        self.object = object
        self.output = output
        self.timeline = timeline
        requestBytes = request.bytes
    }

    var id: ResponseID { object.id }
    var speed: Double { configuration.output.speed }
    /// How the conversation feels.
    var behavior: SessionBehavior { configuration.behavior }
    /// The language of the user as far as the client told.
    var language: String? { configuration.input.transcription?.language }
    /// Words and audio of the newest message.
    var playout: PlayoutMap {
        get { playouts[playouts.count - 1] }
        _modify { yield &playouts[playouts.count - 1] }
    }
    /// Whether only unheard words may still come.
    var onlyWrites: Bool {
        mutedAt != nil && calls.isEmpty && tools.runningDeadline == nil && comfort.runningTools == 0
    }
    var inConversation: Bool { request.inConversation }
    var isSpoken: Bool { object.outputModality == .audio }

    /// A message begins: what is synthesised from now on is its own.
    mutating func planMessage() {
        hasMessage = true
        if plannedMessages > 0 { playouts.append(PlayoutMap()) }
        plannedMessages += 1
        output.append(.openMessage)
    }

    /// Words and audio of the message that is being said.
    var openPlayout: PlayoutMap? { message.map { playouts[$0.ordinal] } }

    /// How much of the message has been heard.
    func heard(_ message: Message, at now: MonotonicInstant) -> Duration {
        message.truncatedAt ?? max(.zero, output.pacer.playhead(at: now) - message.audioStart)
    }

    /// How much audio of the message has left.
    func sent(_ message: Message) -> Duration { output.pacer.sent - message.audioStart }

    /// Where the open message's part is.
    func location(_ message: Message) -> PartLocation {
        PartLocation(responseID: id, itemID: message.itemID, outputIndex: message.outputIndex)
    }
}
