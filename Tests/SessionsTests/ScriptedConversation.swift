import Core
import Pipeline
import RealtimeProtocol

@testable import Sessions

/// Drives a state machine in virtual time: inputs go in, timers fire when their time comes, events and actions are
/// recorded.
///
/// A class, so that a noncopyable machine can be driven from test code step by step.
final class ScriptedConversation {
    private var machine: SessionStateMachine
    private(set) var now = MonotonicInstant.zero
    private var timers: [SessionTimer: MonotonicInstant] = [:]
    /// All audio so far.
    private(set) var audio = Duration.zero
    /// Everything the client was sent.
    private(set) var events: [ServerEvent] = []
    private(set) var times: [Duration] = []
    /// Which of them are audio that is none of the answer's, by their index.
    private(set) var comfortEvents: Set<Int> = []
    /// All other actions.
    private(set) var actions: [SessionAction] = []
    private(set) var plans: [ResponseID: ResponsePlan] = [:]
    private var mark = 0
    /// What the audio of phrases consists of.
    static let phraseByte: UInt8 = 5

    init(
        predictor: any EndOfTurnPredictor = HeuristicEndOfTurnPredictor(),
        configure: (inout SessionConfiguration) -> Void = { _ in }, settings: SessionSettings = SessionSettings(),
        acceptsImages: Bool = true, canSummarize: Bool = true, givesPartials: Bool = true, seed: UInt64 = 1,
        open: Bool = true
    ) {
        var configuration = SessionConfiguration(model: "test-model")
        configuration.behavior.acknowledgement.isEnabled = false
        configure(&configuration)
        machine = SessionStateMachine(
            id: SessionID("sess_test"), configuration: configuration, settings: settings,
            capabilities: SessionCapabilities(
                languageModel: "blind-model", acceptsImages: acceptsImages, canSummarize: canSummarize,
                givesPartials: givesPartials),
            expiresAt: 3600,
            identifiers: IdentifierSource(generator: SplitMix64(seed: seed)), predictor: predictor)
        if open { input(.opened) }
    }

    var configuration: SessionConfiguration { machine.configuration }
    var items: [ConversationItem] { machine.conversation.items }
    var isClosed: Bool { machine.isClosed }
    /// What the session holds, and what of it is the conversation's.
    var heldBytes: Int { machine.heldBytes }
    var conversationBytes: Int { machine.conversation.bytes }
    /// Where the texts lie that grow while a response is made: they move only when they are copied.
    func textAddresses(_ id: ResponseID) -> [UInt] {
        var texts =
            machine.responses[id].map { [$0.message?.said, $0.call?.call.arguments, $0.calls.first?.arguments] } ?? []
        if let item = machine.responses[id]?.message?.itemID,
            case .message(_, let parts)? = machine.conversation[item]?.item.content
        {
            texts += parts.map(\.text)
        }
        return texts.compactMap { text in
            guard var text, text.utf8.count > 64 else { return nil }
            return text.withUTF8 { UInt(bitPattern: $0.baseAddress) }
        }
    }
    /// How much it may hold.
    var allowance: Int {
        get { machine.allowance }
        set { machine.allowance = newValue }
    }
    /// When the first event of this name was sent.
    func time(of name: String) -> Duration? { events.firstIndex { $0.name == name }.map { times[$0] } }
    var pendingTimers: Set<SessionTimer> { Set(timers.keys) }

    /// How long the phrases are whose audio is there at once; nil: none comes.
    var phraseMilliseconds: Int?
    /// The phrases asked for, in order.
    var phrases: [String] {
        actions.compactMap { if case .speakPhrase(_, let request, _) = $0 { request.text } else { nil } }
    }

    /// Passes one input to the machine.
    func input(_ input: SessionInput) {
        if case .audioAppended(let duration) = input { audio += duration }
        var answers: [SessionInput] = []
        defer { for answer in answers { self.input(answer) } }
        for action in machine.handle(input, now: now) {
            switch action {
            case .send(let event):
                events.append(event)
                times.append(now - MonotonicInstant.zero)
            case .sendComfort(let event):
                comfortEvents.insert(events.count)
                events.append(event)
                times.append(now - MonotonicInstant.zero)
            case .speakPhrase(let id, _, let format):
                actions.append(action)
                if let phraseMilliseconds {
                    let bytes = phraseMilliseconds * format.sampleRate * format.bytesPerSample / 1000
                    answers.append(.phraseReady(id, [UInt8](repeating: Self.phraseByte, count: bytes)))
                } else {
                    answers.append(.phraseDelayed(id))
                }
            case .retrieveAudio(let retrieval):
                // None is kept here.
                answers.append(.audioRetrieved(retrieval, [:]))
            case .setTimer(let timer, let deadline): timers[timer] = deadline
            case .cancelTimer(let timer): timers[timer] = nil
            case .startResponse(let id, let plan):
                plans[id] = plan
                actions.append(action)
            default: actions.append(action)
            }
        }
    }

    /// One client event, optionally with the client's id.
    func client(_ event: ClientEvent, id: String? = nil) {
        input(.client(ClientMessage(eventID: id, event: event)))
    }

    /// Lets time pass; timers fire in order of their deadlines.
    func advance(_ milliseconds: Int) {
        let end = now + .milliseconds(milliseconds)
        while let (timer, deadline) = timers.min(by: { $0.value < $1.value }), deadline <= end {
            timers[timer] = nil
            now = max(now, deadline)
            input(.timer(timer))
        }
        now = end
    }

    /// Names of the events sent since the last call, runs of the same name once.
    func names() -> [String] {
        defer { mark = events.count }
        var result: [String] = []
        for event in events[mark...] where result.last != event.name { result.append(event.name) }
        return result
    }

    /// The user's speech from now on: appended in 20 ms pieces with the detector's start and end.
    func speak(_ milliseconds: Int, silence: Int = 500) {
        append(milliseconds / 2)
        input(.speechStarted(position: now - MonotonicInstant.zero - .milliseconds(milliseconds / 2)))
        append(milliseconds - milliseconds / 2)
        append(silence)
        input(.speechStopped)
    }

    /// Audio of this length arrives in real time.
    func append(_ milliseconds: Int) {
        for _ in 0..<(milliseconds / 20) {
            input(.audioAppended(.milliseconds(20)))
            advance(20)
        }
    }

    /// The user item that was committed last.
    var committedItem: ItemID? {
        for event in events.reversed() { if case .inputAudioCommitted(let id, _) = event { return id } }
        return nil
    }

    /// The response that was created last.
    var response: ResponseID? {
        for event in events.reversed() { if case .responseCreated(let object) = event { return object.id } }
        return nil
    }

    /// The response object of the last `response.done`.
    var done: ResponseObject? {
        for event in events.reversed() { if case .responseDone(let object) = event { return object } }
        return nil
    }

    /// Error codes sent so far.
    var errors: [ProtocolError] {
        events.compactMap { if case .error(let error) = $0 { error } else { nil } }
    }

    /// A piece of speech of the running response: its text and `milliseconds` of audio.
    func spoken(_ text: String, milliseconds: Int) {
        guard let response else { return }
        input(.response(response, .textDelta(text)))
        input(.response(response, .speechPiece(text)))
        input(.response(response, .speechAudio([UInt8](repeating: 1, count: milliseconds * 48))))
    }

    /// The model and the speech of the running response are through.
    func finishResponse(_ reason: LanguageModelResult.FinishReason = .stop, spoken: Bool = true) {
        guard let response else { return }
        input(
            .response(
                response,
                .modelFinished(LanguageModelResult(finishReason: reason, usage: .init(input: 7, output: 3)))))
        if spoken {
            input(.response(response, .speechPieceEnded))
            input(.response(response, .speechFinished))
        }
    }
}

extension ServerEvent {
    /// The case's name.
    var name: String {
        let text = String(describing: self)
        return String(text.prefix { $0 != "(" })
    }
}
