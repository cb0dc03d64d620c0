import Core
import Foundation
import Pipeline
import RealtimeProtocol
import Sessions
import Testing

/// Walks at random through client events, provider results, timers and faults. `ANTIPHON_WALK_SEED` repeats one seed,
/// `ANTIPHON_WALK_STEPS` makes the walk longer.
@Suite("Random walks") struct RandomWalkTests {
    private static let seeds: [UInt64] =
        ProcessInfo.processInfo.environment["ANTIPHON_WALK_SEED"].flatMap(UInt64.init).map { [$0] } ?? Array(1...40)
    private static let steps = ProcessInfo.processInfo.environment["ANTIPHON_WALK_STEPS"].flatMap(Int.init) ?? 1500

    @Test("No order of events breaks an invariant", arguments: seeds)
    func walk(seed: UInt64) {
        var walker = RandomWalker(seed: seed)
        for step in 0..<Self.steps {
            walker.step()
            if let violation = walker.violations.first {
                Issue.record("seed \(seed), step \(step): \(violation)")
                return
            }
        }
        walker.comeToRest()
        #expect(walker.violations.isEmpty, "seed \(seed)")
    }
}

private struct RandomWalker {
    private let talk: ScriptedConversation
    private var random: SplitMix64
    private var invariants = ConversationInvariants()
    private var seen = 0
    private var isSpeech = false
    /// Responses whose making runs, and whether the model is through.
    private var running: [ResponseID: Bool] = [:]
    private var transcribing: [ItemID] = []
    private var seenActions = 0
    private(set) var leaks: [String] = []

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        var generator = random
        let vad = Bool.random(using: &generator)
        let text = Int.random(in: 0..<4, using: &generator) == 0
        let interrupt = Bool.random(using: &generator)
        talk = ScriptedConversation(
            configure: { configuration in
                var detection = ServerVAD()
                detection.interruptResponse = interrupt
                configuration.input.turnDetection = vad ? .serverVAD(detection) : nil
                configuration.outputModality = text ? .text : .audio
                configuration.input.transcription = TranscriptionSettings(model: "m")
            }, seed: seed)
    }

    var violations: [String] { invariants.violations + leaks }

    mutating func step() {
        switch Int.random(in: 0..<16, using: &random) {
        case 0...3: talk.append(Int.random(in: 1...20, using: &random) * 20)
        case 4: talk.advance(Int.random(in: 0...3000, using: &random))
        case 5, 6: detect()
        case 7...9: provide()
        case 10, 11: transcribe()
        default: client()
        }
        look()
    }

    /// Everything under way is allowed to end; then nothing may be left open.
    mutating func comeToRest() {
        for item in transcribing { talk.input(.transcriptFinal(item, Transcript(text: "rest"))) }
        look()
        for _ in 0..<3 {
            talk.advance(40_000)
            look()
        }
        for id in running.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            talk.input(.response(id, .modelFinished(LanguageModelResult(finishReason: .stop))))
            talk.input(.response(id, .speechFinished))
        }
        talk.advance(200_000)
        look()
        invariants.rest()
        talk.input(.disconnected)
        talk.input(.disconnected)
        look()
        if !talk.pendingTimers.isDisjoint(with: [.sessionExpiry, .clientIdle, .idleTimeout]) {
            leaks.append("timers left: \(talk.pendingTimers)")
        }
    }

    private mutating func look() {
        for event in talk.events[seen...] { invariants.see(event) }
        seen = talk.events.count
        for action in talk.actions[seenActions...] {
            switch action {
            case .startResponse(let id, _): running[id] = false
            case .cancelResponse(let id): running[id] = nil
            case .beginTranscription(let item, _, _), .transcribeAudio(let item, _, _, _): transcribing.append(item)
            case .cancelTranscription(let item): transcribing.removeAll { $0 == item }
            default: break
            }
        }
        seenActions = talk.actions.count
        if case .responseDone(let object)? = talk.events.last { running[object.id] = nil }
    }

    private mutating func detect() {
        isSpeech.toggle()
        if isSpeech {
            talk.input(.speechStarted(position: talk.now - MonotonicInstant.zero))
        } else {
            talk.input(.speechStopped)
        }
    }

    private mutating func provide() {
        guard let id = running.keys.sorted(by: { $0.rawValue < $1.rawValue }).randomElement(using: &random) else { return }
        let input: ResponseInput =
            switch Int.random(in: 0..<12, using: &random) {
            case 0...2: .textDelta("some words ")
            case 3: .speechPiece("Some words. ")
            case 4...6: .speechAudio([UInt8](repeating: 3, count: 2 * Int.random(in: 1...60_000, using: &random)))
            case 7: .toolCallStarted(index: Int.random(in: 0...2, using: &random), name: "tool")
            case 8: .toolCallArgumentsDelta(index: Int.random(in: 0...2, using: &random), delta: "{}")
            case 9: .modelFinished(LanguageModelResult(finishReason: .stop, usage: .init(input: 1, output: 1)))
            case 10: .speechFinished
            default: .failed(ProviderError(.languageModel, provider: "p", .unavailable, "Gone."))
            }
        if case .failed = input { running[id] = nil }
        talk.input(.response(id, input))
    }

    private mutating func transcribe() {
        guard !transcribing.isEmpty else { return }
        let item = transcribing.remove(at: Int.random(in: 0..<transcribing.count, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            talk.input(.transcriptPartial(item, "part"))
            transcribing.append(item)
        case 1: talk.input(.transcriptFailed(item, ProviderError(.speechToText, provider: "p", .timeout, "Late.")))
        case 2: talk.input(.transcriptFinal(item, Transcript(text: "")))
        default: talk.input(.transcriptFinal(item, Transcript(text: "hello")))
        }
    }

    private mutating func client() {
        let some = talk.items.randomElement(using: &random)?.id ?? ItemID("nothing")
        switch Int.random(in: 0..<14, using: &random) {
        case 0: talk.client(.inputAudioCommit)
        case 1: talk.client(.inputAudioClear)
        case 2: talk.client(.itemCreate(.user("text"), previous: .tail))
        case 3: talk.client(.itemCreate(.user("text"), previous: Bool.random(using: &random) ? .head : .after(some)))
        case 4: talk.client(.itemDelete(some))
        case 5: talk.client(.itemRetrieve(some))
        case 6:
            let end = Duration.milliseconds(Int.random(in: 0...4000, using: &random))
            talk.client(.itemTruncate(some, contentIndex: 0, audioEnd: end))
        case 7...9: talk.client(.responseCreate(ResponseRequest()))
        case 10:
            var request = ResponseRequest()
            request.inConversation = false
            if Bool.random(using: &random) { request.outputModality = .text }
            talk.client(.responseCreate(request))
        case 11: talk.client(.responseCancel(nil))
        case 12: talk.client(.responseCancel(running.keys.sorted { $0.rawValue < $1.rawValue }.randomElement(using: &random)))
        default:
            var update = SessionUpdate()
            update.turnDetection = Bool.random(using: &random) ? .clear : .set(.serverVAD(ServerVAD()))
            talk.client(.sessionUpdate(update))
        }
    }
}
