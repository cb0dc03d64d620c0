import Agents
import Audio
import Budgets
package import Core
package import EventLoops
package import Observability
import Pipeline
package import RealtimeProtocol

/// One live session: feeds what happens into the state machine and performs what it answers, nothing else.
///
/// DESIGN. The actor lives on the worker's event loop, and so do its tasks; the way from the socket through the codec and the
/// machine back to the socket is one synchronous call. Each transcription and each response is one task that reports its results
/// as inputs; cancelling the task aborts the provider's work. `ingest` is never re-entered: an input that arises while actions
/// are being performed waits its turn.
package actor Session {
    nonisolated let loop: any EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// The session's id.
    package nonisolated let id: SessionID
    let providers: SessionProviders
    let agents: SessionAgents
    let observer: any SessionObserver
    let logger: Logger
    /// What the session spends at its providers; no call is made but through it.
    let work: SessionWork
    /// What the session holds of the worker's memory.
    private let memory: MemoryAccount
    private var heldBytes = 0
    let connection: any ClientConnection
    var machine: SessionStateMachine
    var codec: any RealtimeCodec
    private var eventIDs: IdentifierSource
    private var pending: [SessionInput] = []
    private var isPerforming = false
    private var timers: [SessionTimer: TimerToken] = [:]
    let input: InputAudio
    var intake = SessionIntake()
    /// The large frame that is read elsewhere.
    var reading: Task<Void, Never>?
    /// The turn whose audio goes to its transcription as it comes.
    var followed: ItemID?
    /// The audio of items; nil where none is kept.
    var itemAudio: ItemAudio?
    /// Items whose audio the client waits for, the one that is being made ready first.
    var retrievals: [Retrieval] = []
    var retrieving: Task<Void, Never>?
    /// What the machine knows of the input that is kept.
    var keptStart = Duration.zero
    let budgets: SessionBudgets
    /// What all sessions of the worker share of its input.
    let sharedIntake: SharedIntake
    var converters: [ResponseID: OutputAudioConverter] = [:]
    var transcriptions: [ItemID: TurnTranscription] = [:]
    var snapshots: [ResponseID: Task<Void, Never>] = [:]
    var responses: [ResponseID: Task<Void, Never>] = [:]
    var speeches: [ResponseID: Task<ProviderError?, Never>] = [:]
    var apologies: [ResponseID: RunningApology] = [:]
    var waitingForRoom: [ResponseID: CheckedContinuation<Void, Never>] = [:]
    /// The summary under way.
    var summary: (id: Int, task: Task<Void, Never>)?
    var comfortTask: Task<Void, Never>?
    var phraseTasks: [ResponseID: Task<Void, Never>] = [:]

    /// A session on `connection` that speaks by `codec`.
    ///
    /// `expiresAt` is the end of its maximum length in unix seconds.
    package init(
        id: SessionID, configuration: SessionConfiguration, settings: SessionSettings, expiresAt: Int,
        codec: sending any RealtimeCodec, connection: any ClientConnection, providers: SessionProviders,
        agents: SessionAgents = SessionAgents(), observer: any SessionObserver, identifiers: IdentifierSource,
        loop: any EventLoop, sharedIntake: SharedIntake = SharedIntake(), logger: Logger
    ) {
        self.sharedIntake = sharedIntake
        self.id = id
        self.loop = loop
        self.connection = connection
        self.codec = codec
        self.providers = providers
        self.agents = agents
        self.observer = observer
        memory = providers.memory.open()
        work = SessionWork(
            of: WorkOwner(session: id, tenant: agents.tenant), gate: providers.gate, budgets: settings.budgets,
            loop: loop, onRefusal: { observer.workRefused($0, $1) })
        self.logger = logger.with([.session: LogValue(id)])
        eventIDs = identifiers
        budgets = settings.budgets
        input = InputAudio(
            detectors: providers.voiceActivity, defaults: settings.turnDetection,
            longestCommit: settings.budgets.uncommittedAudio, store: providers.keptAudio)
        if settings.keepsItemAudio, let store = providers.keptAudio {
            itemAudio = ItemAudio(store: store, most: settings.budgets.itemAudio)
        }
        machine = SessionStateMachine(
            id: id, configuration: configuration, settings: settings,
            capabilities: SessionCapabilities(providers.languageModel, providers.speechToText, agents),
            expiresAt: expiresAt,
            identifiers: identifiers,
            predictor: providers.endOfTurn)
    }

    // MARK: What the connection says. Called on the loop.

    /// The socket is open: `session.created` leaves.
    package nonisolated func opened() { assumeIsolated { $0.ingest(.opened) } }

    /// One complete text message.
    package nonisolated func received(text: Span<UInt8>) {
        unsafe text.withUnsafeBufferPointer { bytes in
            // Sound because the closure below runs on this thread before this one returns.
            nonisolated(unsafe) let frame = unsafe bytes
            assumeIsolated { session in unsafe session.take(frame.span) }
        }
    }

    /// One complete text message that came in pieces.
    package nonisolated func received(message: [UInt8]) { assumeIsolated { $0.take(message) } }

    /// A binary message, which the protocol does not have.
    package nonisolated func receivedBinary() {
        assumeIsolated {
            $0.take(.fault(ProtocolError(.invalidEvent, "Binary messages are not supported. Send JSON text.")))
        }
    }

    /// A message beyond the frame limit; it was dropped unread.
    package nonisolated func receivedTooBig() {
        assumeIsolated {
            $0.take(
                .fault(
                    ProtocolError(
                        .invalidValue,
                        "The message is larger than \(ProtocolLimits.clientFrameBytes) bytes. Send audio in smaller pieces."
                    )))
        }
    }

    /// A large message that was dropped, because the worker held too many of them.
    package nonisolated func receivedTooMuch() {
        assumeIsolated {
            $0.take(
                .fault(
                    ProtocolError(
                        .rateLimitExceeded,
                        "The worker receives too many large messages at the moment. Send it again later, or in smaller pieces.",
                        type: .rateLimit)))
        }
    }

    /// The client has read so much of what waited for it that there is room again.
    package nonisolated func outboundDrained() {
        assumeIsolated { session in
            session.isListenerBehind = false
            session.ingest(.listenerCaughtUp)
            session.goOnRetrieving()
            session.scheduleIntake()
        }
    }

    /// The socket is gone, for this reason unless the session has ended already.
    package nonisolated func closed(_ reason: SessionEnd) { assumeIsolated { $0.ingest(.connectionEnded(reason)) } }

    /// The session is to end: its client is told why.
    package nonisolated func end(_ reason: SessionEnd) { assumeIsolated { $0.ingest(.end(reason)) } }

    // MARK: The machine

    /// Passes `input` to the machine and performs what it answers.
    func ingest(_ input: SessionInput) {
        pending.append(input)
        guard !isPerforming else { return }
        isPerforming = true
        defer { isPerforming = false }
        var next = 0
        while next < pending.count {
            machine.allowance = memory.allowance
            let actions = machine.handle(pending[next], now: loop.now)
            noteHeldBytes()
            for action in actions { perform(action) }
            next += 1
        }
        pending.removeAll(keepingCapacity: true)
    }

    private func noteHeldBytes() {
        guard machine.heldBytes != heldBytes else { return }
        heldBytes = machine.heldBytes
        memory.hold(heldBytes)
    }

    private func perform(_ action: SessionAction) {
        switch action {
        case .send(let event):
            send(event)
        case .sendComfort(let event):
            send(event)
        case .prepareComfort(let plan): prepareComfort(plan)
        case .speakPhrase(let id, let request, let format): speakPhrase(id, request, format)
        case .beginTranscription(let item, let options, let start): beginTranscription(item, options, start)
        case .endTranscription(let item): endTranscription(item)
        case .cancelTranscription(let item): cancelTranscription(item)
        case .transcribeSnapshot(let id, let item, let options): transcribeSnapshot(id, item, options)
        case .cancelSnapshot(let id): snapshots.removeValue(forKey: id)?.cancel()
        case .reportSpeculation(let report): observer.turnSpeculated(report)
        case .transcribeAudio(let item, let audio, let format, let options):
            transcribe(audio, format, item, options)
        case .configureInput(let settings, let turnTaking):
            codec.inputFormat = settings.format
            input.configure(settings, turnTaking)
        case .endSpeech: input.endSpeech()
        case .clearInput: input.clear()
        case .keepTurn(let item): keepTurn(item)
        case .keepAudio(let item, let parts, let format): keepAudio(parts, format, item)
        case .cutAudio(let item, let length): itemAudio?.cut(item, to: length)
        case .forgetAudio(let item): itemAudio?.forget(item)
        case .retrieveAudio(let retrieval): retrieve(retrieval)
        case .forgetInput(let position): input.forget(before: position)
        case .startResponse(let id, let plan):
            let work = self.work.begin(machine.isSpeculative(id) ? .speculation : .response)
            responses[id] = Task(name: "response", executorPreference: loop) { await self.run(id, plan, work) }
        case .cancelResponse(let id):
            responses.removeValue(forKey: id)?.cancel()
            speeches.removeValue(forKey: id)?.cancel()
            converters[id] = nil
            cancelPhrase(id)
            waitingForRoom.removeValue(forKey: id)?.resume()
            apologies.removeValue(forKey: id)?.task.cancel()
        case .speakApology(let id, let request, let format): apologise(id, request, format)
        case .stopSpeech(let id): stopSpeech(id)
        case .resumeSpeech(let id): waitingForRoom.removeValue(forKey: id)?.resume()
        case .summarize(let request): summarize(request)
        case .cancelSummary(let id): cancelSummary(id)
        case .reportSummary(let report): self.report(report)
        case .report(let report): observer.turnEnded(report)
        case .reportRefusal(let kind): observer.workRefused(kind, .session)
        case .setTimer(let timer, let deadline): setTimer(timer, deadline)
        case .cancelTimer(let timer): cancelTimer(timer)
        case .close(let reason):
            if let code = reason.closeCode { connection.close(code: code, reason: reason.closeReason) }
        }
        if machine.isClosed, !isEnded { end() }
    }

    private func send(_ event: ServerEvent) {
        if case .outputAudioDelta(let location, let audio) = event { keep(audio, location) }
        connection.send { output in codec.encode(event, eventID: eventIDs.next(), into: &output) }
        if connection.isCongested, !isListenerBehind {
            isListenerBehind = true
            ingest(.listenerFellBehind)
        }
    }

    private(set) var isListenerBehind = false
    var isEnded = false

    /// The session is over: nothing of it may keep running.
    private func end() {
        isEnded = true
        for timer in timers.values { loop.cancel(timer) }
        timers = [:]
        endComfort()
        endIntake()
        endKeeping()
        memory.close()
        observer.sessionEnded(id, machine.ending ?? .connectionLost)
    }

    // MARK: Timers

    private func setTimer(_ timer: SessionTimer, _ deadline: MonotonicInstant) {
        if let token = timers[timer] { loop.cancel(token) }
        timers[timer] = loop.schedule(at: deadline) { [weak self] in
            self?.assumeIsolated { $0.fire(timer) }
        }
    }

    private func cancelTimer(_ timer: SessionTimer) {
        if let token = timers.removeValue(forKey: timer) { loop.cancel(token) }
    }

    private func fire(_ timer: SessionTimer) {
        timers[timer] = nil
        if timer == .idleTimeout { noteKeptInput() }
        ingest(.timer(timer))
    }

    /// A task of this session on its loop.
    func task(_ name: String, _ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(name: name, executorPreference: loop) { await body() }
    }

    /// The speech of a response, on the loop.
    func speechTask(_ body: @escaping @Sendable () async -> ProviderError?) -> Task<ProviderError?, Never> {
        Task(name: "speech", executorPreference: loop) { await body() }
    }

    var now: MonotonicInstant { loop.now }

    /// What the agent of `plan` needs to make its answer.
    func agentTask(_ id: ResponseID, _ plan: ResponsePlan, _ work: ProviderWork) -> AgentTask {
        AgentTask(
            request: plan.model, model: providers.languageModel.gated(by: work),
            serverTools: agents.tools(of: plan, session: self.id),
            limits: AgentLimits(plan.agent), callIDPrefix: "call_\(id.rawValue)_", loop: loop)
    }
}
