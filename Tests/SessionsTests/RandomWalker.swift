import Audio
import Core
import Pipeline
import RealtimeProtocol
import Sessions

/// One random walk: what it does depends on its seed only.
struct RandomWalker {
    /// A response that is being made, as the session's task for it would know it.
    struct Making {
        let plan: ResponsePlan
        var hasPiece = false
        var modelDone = false
        /// Ids of calls of the server's tools that run.
        var tools: [String] = []
        var isSpoken: Bool { plan.modality == .audio }
    }

    let talk: ScriptedConversation
    var random: SplitMix64
    var running: [ResponseID: Making] = [:]
    /// Responses that wait for an apology, with the format of its audio.
    private var apologies: [ResponseID: AudioFormat] = [:]
    private var invariants = ConversationInvariants()
    private var wire: WireCheck
    private var seen = 0
    private var isSpeech = false
    private var isPause = false
    private var transcribing: [ItemID] = []
    private var snapshots: [ResponseID] = []
    /// Responses whose phrase is being synthesised.
    private var phrases: [ResponseID] = []
    private var seenActions = 0
    var leaks: [String] = []
    /// Summaries under way.
    private var summaries: [Int] = []
    private let contextTokens: Int
    /// Results of the server's tools so far.
    var toolResults = 0
    /// Whether the client may switch transcription off.
    let togglesTranscription: Bool

    init(seed: UInt64) throws {
        wire = try WireCheck()
        random = SplitMix64(seed: seed)
        var generator = SplitMix64(seed: seed &+ 1_000_003)
        let isTranscription = Int.random(in: 0..<8, using: &generator) == 0
        togglesTranscription = Bool.random(using: &generator)
        // A session that is closed has nothing more to walk through.
        var settings = SessionSettings()
        settings.longestCongestion = .seconds(100_000)
        settings.maximumDuration = .seconds(100_000)
        // So small that walks of this length come to it.
        settings.contextTokens = Int.random(in: 250...1000, using: &generator)
        settings.maximumItems = Int.random(in: 30...300, using: &generator)
        contextTokens = settings.contextTokens
        let summary = Self.summary(&generator)
        talk = ScriptedConversation(
            configure: { configuration in
                // Names that the published types know.
                configuration.model = "gpt-realtime"
                configuration.behavior.summary = summary
                if isTranscription { configuration.kind = .transcription }
                configuration.input.turnDetection = Self.detection(&generator)
                configuration.outputModality = Int.random(in: 0..<4, using: &generator) == 0 ? .text : .audio
                configuration.input.transcription = TranscriptionSettings(model: "whisper-1")
                configuration.input.format = Self.format(&generator)
                configuration.output.format = Self.format(&generator)
                configuration.behavior.interruption = Self.interruption(&generator)
                if Bool.random(using: &generator) { configuration.behavior.silence.apology = "Sorry." }
                configuration.behavior.turnTaking.speculates = Bool.random(using: &generator)
                configuration.behavior.turnTaking.speculationPause = .milliseconds(60)
                configuration.behavior.turnTaking.speculationBudget = Int.random(in: 0...5, using: &generator)
                configuration.behavior.acknowledgement.isEnabled = Int.random(in: 0..<4, using: &generator) > 0
                configuration.behavior.acknowledgement.phrases = ["okay", "let me see"]
                configuration.behavior.acknowledgement.minimumUserWords = Int.random(in: 0..<3, using: &generator)
                configuration.behavior.typingSound.isEnabled = Int.random(in: 0..<3, using: &generator) == 0
            }, settings: settings, givesPartials: seed % 3 > 0, seed: seed)
        if Int.random(in: 0..<4, using: &generator) > 0 { talk.phraseMilliseconds = 430 }
        if talk.configuration.behavior.typingSound.isEnabled {
            talk.input(.typingReady(try TypingLoop(duration: .milliseconds(300))))
        }
    }

    var violations: [String] { invariants.violations + wire.faults + leaks }

    /// An apology comes in pieces, or not at all.
    private mutating func apologise() {
        guard let id = apologies.keys.min(by: { $0.rawValue < $1.rawValue }), let format = apologies[id] else { return }
        if Bool.random(using: &random) {
            let audio = [UInt8](repeating: 3, count: format.sampleRate / 4 * format.bytesPerSample)
            invariants.offered(audio.count, to: id)
            talk.input(.response(id, .apologyAudio(audio)))
        } else {
            apologies[id] = nil
            talk.input(.response(id, .apologyEnded))
        }
    }

    mutating func step() {
        switch Int.random(in: 0..<17, using: &random) {
        case 18: summarize()
        case 0...3: talk.append(Int.random(in: 1...20, using: &random) * 20)
        case 4 where Int.random(in: 0..<4, using: &random) == 0:
            talk.input(Bool.random(using: &random) ? .listenerFellBehind : .listenerCaughtUp)
        case 4: talk.advance(Int.random(in: 0...3000, using: &random))
        case 5, 6: detect()
        case 7 where !apologies.isEmpty: apologise()
        case 7...10: provide()
        case 11, 12: transcribe()
        default: client()
        }
        look()
    }

    /// Everything under way is allowed to end; then nothing may be left open.
    mutating func comeToRest() {
        // Without turn detection no idle timeout begins another turn.
        var manual = SessionUpdate()
        manual.turnDetection = .clear
        talk.client(.sessionUpdate(manual))
        talk.input(.listenerCaughtUp)
        look()
        for id in snapshots { talk.input(.snapshotTranscribed(id, .success(Transcript(text: "rest")))) }
        look()
        for item in transcribing { talk.input(.transcriptFinal(item, Transcript(text: "rest"))) }
        look()
        for _ in 0..<3 {
            talk.advance(40_000)
            look()
        }
        for id in runningIDs {
            if running[id]?.modelDone == false {
                talk.input(.response(id, .modelFinished(LanguageModelResult(finishReason: .stop))))
            }
            if running[id]?.isSpoken == true { talk.input(.response(id, .speechFinished)) }
        }
        talk.advance(200_000)
        look()
        invariants.rest(items: talk.items, transcribesAll: !togglesTranscription)
        talk.input(.disconnected)
        talk.input(.disconnected)
        look()
        if !summaries.isEmpty { leaks.append("a summary goes on after its session") }
        if !talk.pendingTimers.isDisjoint(with: [
            .sessionExpiry, .clientIdle, .idleTimeout, .listenerBehind, .greeting, .summaryDeadline,
        ]) {
            leaks.append("timers left: \(talk.pendingTimers)")
        }
    }

    var runningIDs: [ResponseID] { running.keys.sorted { $0.rawValue < $1.rawValue } }

    static func format(_ generator: inout SplitMix64) -> AudioFormat {
        [.pcm16, .g711MuLaw, .g711ALaw][Int.random(in: 0..<3, using: &generator)]
    }

    /// Any turn detection, or none.
    static func detection(_ generator: inout SplitMix64) -> TurnDetection? {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return nil
        case 1:
            var vad = SemanticVAD()
            vad.interruptResponse = Bool.random(using: &generator)
            vad.eagerness = [.low, .medium, .high][Int.random(in: 0..<3, using: &generator)]
            return .semanticVAD(vad)
        default:
            var vad = ServerVAD()
            vad.interruptResponse = Bool.random(using: &generator)
            vad.createResponse = Int.random(in: 0..<4, using: &generator) > 0
            if Bool.random(using: &generator) { vad.idleTimeout = .seconds(5) }
            return .serverVAD(vad)
        }
    }

    private mutating func look() {
        for index in seen..<talk.events.count {
            let event = talk.events[index]
            invariants.see(event, isComfort: talk.comfortEvents.contains(index))
            if case .responseCreated(let object) = event, let early = running[object.id] { checkAdoption(early.plan) }
            wire.see(event)
            if case .responseDone(let object) = event { running[object.id] = nil }
        }
        seen = talk.events.count
        for action in talk.actions[seenActions...] {
            switch action {
            case .startResponse(let id, let plan):
                running[id] = Making(plan: plan)
                checkTools(of: plan)
                check(plan.model)
            case .summarize(let request):
                if !summaries.isEmpty { leaks.append("a second summary at once") }
                summaries.append(request.id)
            case .cancelSummary(let id): summaries.removeAll { $0 == id }
            case .cancelResponse(let id):
                (running[id], apologies[id]) = (nil, nil)
                invariants.cancelled(id)
            case .transcribeSnapshot(let id, _, _): snapshots.append(id)
            case .cancelSnapshot(let id): snapshots.removeAll { $0 == id }
            case .speakApology(let id, _, let format): apologies[id] = format
            case .beginTranscription(let item, _, _), .transcribeAudio(let item, _, _, _): transcribing.append(item)
            case .cancelTranscription(let item): transcribing.removeAll { $0 == item }
            case .endSpeech: (isSpeech, isPause) = (false, false)
            case .speakPhrase(let id, let request, _):
                invariants.asked(request.text, of: id)
                if talk.phraseMilliseconds == nil { phrases.append(id) }
            default: break
            }
        }
        seenActions = talk.actions.count
    }

    /// Any way to deal with interruptions; half of all walks have the plain one.
    static func interruption(_ generator: inout SplitMix64) -> InterruptionSettings {
        var settings = InterruptionSettings()
        let modes: [InterruptionSettings.Mode] = [.immediate, .immediate, .immediate, .confirmed, .semantic, .disabled]
        settings.mode = modes[Int.random(in: 0..<modes.count, using: &generator)]
        settings.minimumWords = Int.random(in: 0...2, using: &generator)
        if Int.random(in: 0..<3, using: &generator) == 0 { settings.protectedStart = .milliseconds(700) }
        if Int.random(in: 0..<3, using: &generator) == 0 { settings.echoGuard = .milliseconds(900) }
        return settings
    }

    private static func summary(_ generator: inout SplitMix64) -> SummarySettings {
        var summary = SummarySettings()
        summary.isEnabled = Int.random(in: 0..<6, using: &generator) > 0
        if Bool.random(using: &generator) { summary.budget = Int.random(in: 200...600, using: &generator) }
        summary.keptTurns = Int.random(in: 1...4, using: &generator)
        summary.appliesWithoutTruncation = Bool.random(using: &generator)
        return summary
    }

    /// No prompt is longer than the model can read, but for a turn that alone is, and no result is without its call.
    private mutating func check(_ request: LanguageModelRequest) {
        if !request.messages.pairsCalls { leaks.append("a call without its result, or the reverse") }
        let turns = request.messages.filter { if case .user = $0 { true } else { false } }.count
        let tools = TokenEstimator().tokens(in: PromptSize(of: request.tools))
        if request.messages.tokens + tools > contextTokens, turns > 2 {
            leaks.append("a prompt of \(request.messages.tokens + tools) tokens, of which \(contextTokens) can be read")
        }
    }

    /// A summary comes, fails, or is as long in coming as it likes.
    private mutating func summarize() {
        guard let id = summaries.first else { return }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: talk.input(.summaryFailed(id, ProviderError(.languageModel, provider: "p", .unavailable, "Gone.")))
        case 1: talk.input(.summaryReady(id, "", LanguageModelResult(finishReason: .length)))
        case 2: return
        default: talk.input(.summaryReady(id, "They talked.", LanguageModelResult(finishReason: .stop)))
        }
        summaries.removeAll { $0 == id }
    }

    private mutating func detect() {
        if isSpeech, Bool.random(using: &random) {
            isPause.toggle()
            let position = talk.audio
            talk.input(isPause ? .speechPaused(position: position) : .speechResumed(position: position))
            guard isPause, Bool.random(using: &random) else { return }
            // A pause in which something may begin.
            look()
            if let item = transcribing.last { talk.input(.transcriptPartial(item, "part")) }
            talk.append(200)
            return
        }
        isSpeech.toggle()
        isPause = false
        if isSpeech {
            talk.input(.speechStarted(position: talk.audio))
        } else {
            talk.input(.speechStopped)
        }
    }

    /// A response that was made before its turn was over answers what was said in that turn, as the client sees it.
    private mutating func checkAdoption(_ plan: ResponsePlan) {
        let transcripts = talk.items.compactMap { item -> String? in
            guard case .message(.user, let parts) = item.content, case .inputAudio(_, let transcript)? = parts.first
            else {
                return nil
            }
            return transcript
        }
        guard case .user(let parts)? = plan.model.messages.last, case .text(let text)? = parts.last else {
            return leaks.append("a response was made early for no words")
        }
        let said = transcripts.last?.lowercased().filter { $0 != "." }
        if said != text.lowercased().filter({ $0 != "." }) {
            leaks.append("'\(text)' was answered, not '\(said ?? "")'")
        }
    }

    private mutating func transcribe() {
        if !snapshots.isEmpty, Bool.random(using: &random) {
            let id = snapshots.removeFirst()
            let error = ProviderError(.speechToText, provider: "p", .timeout, "Late.")
            let texts = ["", "hello", "part of the", "What is it?"]
            let text = texts[Int.random(in: 0..<texts.count, using: &random)]
            let fails = Int.random(in: 0..<6, using: &random) == 0
            talk.input(.snapshotTranscribed(id, fails ? .failure(error) : .success(Transcript(text: text))))
            return
        }
        guard !transcribing.isEmpty else { return }
        let item = transcribing.remove(at: Int.random(in: 0..<transcribing.count, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let partials = ["part", "part of the", "part of the whole", "mm-hmm", "stop", "yes all", "tell me"]
            talk.input(.transcriptPartial(item, partials[Int.random(in: 0..<partials.count, using: &random)]))
            transcribing.append(item)
        case 1: talk.input(.transcriptFailed(item, ProviderError(.speechToText, provider: "p", .timeout, "Late.")))
        case 2: talk.input(.transcriptFinal(item, Transcript(text: "")))
        default:
            let text = ["hello", "Part.", "part of the whole"][Int.random(in: 0..<3, using: &random)]
            talk.input(.transcriptFinal(item, Transcript(text: text)))
        }
    }

    /// Something that the making of a response reports, in an order in which it can.
    private mutating func provide() {
        guard let id = runningIDs.randomElement(using: &random), let making = running[id] else { return }
        let kind = Int.random(in: 0..<17, using: &random)
        switch kind {
        case 14 where !phrases.isEmpty:
            let audio = [UInt8](repeating: 5, count: 2 * Int.random(in: 0...9_000, using: &random))
            talk.input(.phraseReady(phrases.removeFirst(), audio))
        case 15, 16: useServerTools(id, making)
        case 0...6 where making.isSpoken: speak(id, making, kind)
        case 0...3 where !making.modelDone: talk.input(.response(id, .textDelta("some words ")))
        case 7 where !making.modelDone:
            let index = Int.random(in: 0...2, using: &random)
            talk.input(.response(id, .toolCallStarted(index: index, name: "tool")))
        case 8, 9:
            let delta = ["{}", "{\"a\":", "1}", "nonsense"][Int.random(in: 0...3, using: &random)]
            guard !making.modelDone else { return }
            talk.input(
                .response(id, .toolCallArgumentsDelta(index: Int.random(in: 0...2, using: &random), delta: delta)))
        case 10 where !making.modelDone: finishModel(id, making)
        case 11...12 where making.isSpoken && making.modelDone:
            running[id] = nil
            talk.input(.response(id, .speechFinished))
        case 13:
            running[id] = nil
            talk.input(.response(id, .failed(ProviderError(.languageModel, provider: "p", .unavailable, "Gone."))))
        default: break
        }
    }

    private mutating func speak(_ id: ResponseID, _ making: Making, _ kind: Int) {
        if making.hasPiece, Int.random(in: 0...5, using: &random) == 0 {
            running[id]?.hasPiece = false
            return talk.input(.response(id, .speechPieceEnded))
        }
        if kind < 2, !making.modelDone { talk.input(.response(id, .textDelta("Some words. "))) }
        guard kind > 2, making.hasPiece else {
            running[id]?.hasPiece = true
            talk.input(.response(id, .speechPiece("Some words. ")))
            return
        }
        let format = making.plan.outputFormat
        let samples = Int.random(in: 1...60_000, using: &random) * format.sampleRate / 24_000
        guard samples > 0 else { return }
        let audio = [UInt8](repeating: 3, count: samples * format.bytesPerSample)
        invariants.offered(audio.count, to: id)
        talk.input(.response(id, .speechAudio(audio)))
    }

    private mutating func finishModel(_ id: ResponseID, _ making: Making) {
        let reasons: [LanguageModelResult.FinishReason] = [.stop, .stop, .toolCalls, .length, .contentFilter]
        let reason = reasons[Int.random(in: 0..<reasons.count, using: &random)]
        let usage = Bool.random(using: &random) ? LanguageModelResult.TokenUsage(input: 1, output: 1) : nil
        if making.isSpoken { running[id]?.modelDone = true } else { running[id] = nil }
        talk.input(.response(id, .modelFinished(LanguageModelResult(finishReason: reason, usage: usage))))
    }
}
