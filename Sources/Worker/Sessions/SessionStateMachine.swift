import Budgets
package import Core
package import Pipeline
package import RealtimeProtocol

/// All rules of one conversation: takes what happened and the time, returns what to do.
///
/// No I/O, no clock, no randomness but the injected id source.
///
/// DESIGN. A session has at most one open turn (the user speaking, or audio waiting for a commit), any number of transcriptions
/// under way, at most one response in the conversation and any number beside it. Each response owns a `ResponseOutput`: the
/// machine appends steps as the model produces them and takes them out as they may leave, turning each into protocol events.
/// Every `SessionTimer` is set and cancelled here; performing an action never calls back into the machine.
package struct SessionStateMachine: ~Copyable, Sendable {
    /// Where the session is in its life: `waiting` → `open` → `closed`.
    enum Phase: Sendable { case waiting, open, closed }

    /// The audio that will become the next user item.
    struct Turn: Sendable {
        let itemID: ItemID
        /// Where its audio begins, prefix padding included.
        let start: Duration
        /// Whether the detector heard speech begin (and `speech_started` was sent) and not end.
        var isSpeech: Bool
        /// Where the detector heard speech begin.
        var speechStart: Duration
        /// The silence that the turn is in, if it is long enough to count.
        var pause: TurnPause?
    }

    /// A user item whose transcript is not known yet.
    struct Transcription: Sendable {
        /// Whether the item is in the conversation.
        var isCommitted = false
        /// Whether the client gets transcription events, as configured when the turn began.
        let isReported: Bool
        /// Whether those events show the probabilities of tokens.
        let showsLogprobs: Bool
        /// What was sent as deltas.
        var sent = ""
        /// The newest partial result.
        var partial = ""
        /// Where the input stood when it came.
        var partialPosition = Duration.zero
        /// The audio it covers.
        var length = Duration.zero
        /// The speculation whose transcript of the audio so far is that of the item: nothing was said after it.
        var snapshot: ResponseID?
        /// A result that came before the turn ended.
        var early: Result<Transcript, ProviderError>?
    }

    let id: SessionID
    /// The user's turn that ended last, for the latency of its answer.
    var endedTurn: EndedTurn?
    let conversationID: ConversationID
    let settings: SessionSettings
    let capabilities: SessionCapabilities
    let predictor: any EndOfTurnPredictor
    let expiresAt: Int
    /// What a null in `antiphon` goes back to.
    let initialBehavior: SessionBehavior
    var identifiers: IdentifierSource
    var phase = Phase.waiting
    /// What the session is set to now.
    package internal(set) var configuration: SessionConfiguration {
        didSet { toolsSize = Self.toolsSize(of: configuration) }
    }
    /// How large the session's tools are in a prompt.
    private(set) var toolsSize: PromptSize
    /// What was said so far.
    package internal(set) var conversation: Conversation
    /// Bytes that the session holds.
    package private(set) var heldBytes = 0
    /// Bytes that it may hold, as the worker has room.
    package var allowance = Int.max
    var turn: Turn?
    /// Speech during an answer that may become the next turn.
    var pending: PendingInterruption?
    var transcriptions: [ItemID: Transcription] = [:]
    var responses: [ResponseID: ActiveResponse] = [:]
    /// The response that runs in the conversation.
    var activeResponse: ResponseID?
    /// Whether audio waits because the client does not read.
    var isListenerBehind = false
    /// Turns that ended while a response ran that may not be interrupted: they are answered afterwards if there are words in them.
    var owedTurns: [ItemID] = []
    /// Audio that waited for a commit when the detector was switched on.
    var unfinished: (start: Duration, end: Duration)?
    /// The MCP servers, and the choice of one, of which the client knows that they have no effect.
    var mcpServers: [ToolDefinition] = []
    var refusedChoice: ToolChoice?
    /// The summary under way, and when the next may be.
    var summarizer = HistorySummarizer()
    /// The answer that was begun before the turn was certainly over.
    var speculation: Speculation?
    /// What became of such answers in the newest turn.
    var speculations = SpeculationReport()
    /// Phrases and typing, beyond one response.
    var comfort = SessionComfort()
    /// Whether the session still begins with a greeting, if one is set.
    var owesGreeting = false
    /// When the session ends at the latest.
    var expiry: MonotonicInstant?
    /// Tokens of prompts, as far as the provider's counts tell.
    var estimator = TokenEstimator()
    /// How long this user pauses within turns.
    var pauses = PauseStatistics()
    /// Where the speech of the newest turn ended.
    var lastSpeechEnd: Duration?
    /// All audio of the session so far.
    var position = Duration.zero
    /// Where the audio begins that a commit would take, and what of it is still there.
    var bufferStart = Duration.zero
    var keptStart = Duration.zero
    var now = MonotonicInstant.zero
    var actions: [SessionAction] = []

    /// A session that waits to be opened.
    ///
    /// `expiresAt` is in unix seconds; ids come from `identifiers`, seeded in tests.
    package init(
        id: SessionID, configuration: SessionConfiguration, settings: SessionSettings,
        capabilities: SessionCapabilities, expiresAt: Int, identifiers: consuming IdentifierSource,
        predictor: any EndOfTurnPredictor = HeuristicEndOfTurnPredictor()
    ) {
        self.id = id
        self.configuration = configuration
        toolsSize = Self.toolsSize(of: configuration)
        initialBehavior = configuration.behavior
        self.settings = settings
        conversation = Conversation(itemOverhead: settings.budgets.itemOverhead)
        self.capabilities = capabilities
        self.expiresAt = expiresAt
        self.predictor = predictor
        conversationID = identifiers.next()
        self.identifiers = identifiers
    }

    /// Takes one input and returns what to do about it, in order.
    package mutating func handle(_ input: SessionInput, now: MonotonicInstant) -> [SessionAction] {
        guard phase != .closed else { return [] }
        self.now = now
        switch input {
        case .opened: open()
        case .client(let message): handleClient(message)
        case .rejected(let error): fail(error)
        case .audioKept(let start): keptStart = start
        case .audioRetrieved(let retrieval, let audio): audioRetrieved(retrieval, audio)
        case .audioAppended(let duration): audioAppended(duration)
        case .speechStarted(let position): speechStarted(at: position)
        case .speechPaused(let position):
            if pending == nil { speechPaused(at: position) } else { pendingPaused(at: position) }
        case .speechResumed(let position):
            if pending == nil { speechResumed(at: position) } else { pendingResumed(at: position) }
        case .speechStopped: speechStopped()
        case .transcriptPartial(let item, let text): transcriptPartial(item, text)
        case .transcriptFinal(let item, let transcript): transcriptFinal(item, transcript)
        case .transcriptFailed(let item, let error): transcriptFailed(item, error)
        case .snapshotTranscribed(let id, let result): snapshotTranscribed(id, result)
        case .response(let id, let input): handleResponse(id, input)
        case .summaryReady(let id, let text, let result): summaryReady(id, text, result)
        case .summaryFailed(let id, let error): summaryFailed(id, error)
        case .phraseReady(let id, let audio): phraseReady(audio, id)
        case .phraseDelayed(let id): responses[id]?.comfort.wanted?.isDelayed = true
        case .typingReady(let sound): typingReady(sound)
        case .timer(let timer): fire(timer)
        case .listenerFellBehind: listenerFellBehind()
        case .listenerCaughtUp: listenerCaughtUp()
        case .end(let reason): end(reason)
        case .connectionEnded(let reason): tearDown(reason)
        }
        tendPhrase()
        tendTyping()
        reportSpeculations()
        // Audio that waits for a turn has bounds of its own; it comes too often to count all that is held each time.
        if case .audioAppended = input, actions.isEmpty {} else { heldBytes = countHeldBytes() }
        defer { actions = [] }
        return actions
    }

    private static func toolsSize(of configuration: SessionConfiguration) -> PromptSize {
        PromptSize(of: PromptBuilder(configuration: configuration, request: ResponseRequest()).request.tools)
    }

    /// Why the session ended; nil while it lives.
    package private(set) var ending: SessionEnd?

    /// Whether nothing of this session is left to do.
    package var isClosed: Bool { phase == .closed }

    private mutating func handleClient(_ message: ClientMessage) {
        if let idle = settings.maximumIdle { actions.append(.setTimer(.clientIdle, at: now + idle)) }
        settleSpeculation(before: message.event)
        do throws(ProtocolError) {
            switch message.event {
            case .sessionUpdate(let update):
                try updateSession(update)
                refuseMCPServers(message.eventID)
                greet()
            case .inputAudioAppend: break
            case .inputAudioCommit: try commitInput()
            case .inputAudioClear: clearInput()
            case .outputAudioClear:
                throw ProtocolError(
                    .invalidEvent, "'output_audio_buffer.clear' applies to WebRTC and SIP sessions only.",
                    parameter: "type")
            case .itemCreate(let item, let previous): try createItem(item, at: previous)
            case .itemRetrieve(let id): try retrieveItem(id, message.eventID)
            case .itemDelete(let id): try deleteItem(id)
            case .itemTruncate(let id, let index, let end): try truncateItem(id, contentIndex: index, audioEnd: end)
            case .responseCreate(let request):
                try createResponse(request)
                refuseMCPServers(of: request, message.eventID)
            case .responseCancel(let id): try cancelResponse(id)
            }
        } catch {
            var error = error
            error.eventID = error.eventID ?? message.eventID
            fail(error)
        }
    }

    private mutating func fire(_ timer: SessionTimer) {
        switch timer {
        case .output(let id): drainOutput(id)
        case .comfort(let id): answerIsSlow(id)
        case .slowTool(let id): toolIsSlow(id)
        case .responseDeadline(let id): responseStalled(id)
        case .transcriptionDeadline(let item): transcriptionOverdue(item)
        case .listenerBehind: end(.clientTooSlow)
        case .interruption: reconsider()
        case .idleTimeout: idleTimeout()
        case .summaryDeadline: summaryOverdue()
        case .greeting: greet()
        case .sessionExpiry:
            let minutes = Int(settings.maximumDuration.inSeconds / 60)
            end(.expired, "Your session hit the maximum duration of \(minutes) minutes.")
        case .clientIdle: end(.idle)
        }
    }

    private mutating func open() {
        guard phase == .waiting else { return }
        phase = .open
        send(.sessionCreated(sessionObject))
        let expiry = now + settings.maximumDuration
        self.expiry = expiry
        actions.append(.setTimer(.sessionExpiry, at: expiry))
        if let idle = settings.maximumIdle { actions.append(.setTimer(.clientIdle, at: now + idle)) }
        actions.append(.configureInput(configuration.input, configuration.behavior.turnTaking))
        prepareComfort()
        refuseMCPServers()
        awaitGreeting()
    }

    /// Ends the session from our side: the client is told why by an `error` event, then by the close code.
    private mutating func end(_ reason: SessionEnd, _ sentence: String? = nil) {
        if var error = reason.error {
            error.message = sentence ?? error.message
            fail(error)
        }
        tearDown(reason)
        actions.append(.close(reason))
    }

    /// Stops all work; nothing is sent any more.
    private mutating func tearDown(_ reason: SessionEnd) {
        phase = .closed
        ending = reason
        discardSpeculation(.abandoned)
        for id in transcriptions.values.compactMap(\.snapshot) { actions.append(.cancelSnapshot(id)) }
        for item in transcriptions.keys { actions.append(.cancelTranscription(item)) }
        for id in responses.keys { actions.append(.cancelResponse(id)) }
        stopSummary()
        transcriptions = [:]
        responses = [:]
        conversation = Conversation(itemOverhead: settings.budgets.itemOverhead)
        activeResponse = nil
        turn = nil
        pending = nil
        for timer in [SessionTimer.sessionExpiry, .clientIdle, .interruption, .idleTimeout, .listenerBehind, .greeting]
        {
            actions.append(.cancelTimer(timer))
        }
    }

    var sessionObject: SessionObject {
        SessionObject(id: id, configuration: configuration, expiresAt: expiresAt)
    }

    mutating func send(_ event: ServerEvent) { actions.append(.send(event)) }

    mutating func fail(_ error: ProtocolError) { send(.error(error)) }
}
