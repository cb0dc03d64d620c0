import Core
import Foundation
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// Whatever hangs, and wherever, the user hears something or the turn is over within the time that the settings amount to.
@Suite("The longest silence") struct LongestSilenceTests {
    /// What a stage's provider does.
    enum Fault: String, CaseIterable, Sendable {
        case none, hangs, ignoresItsEnd, breaksOff, hangsMidway
    }
    /// Who stands behind the first provider of each stage.
    enum Fallback: String, CaseIterable, Sendable { case nobody, healthy, stuck }

    struct Case: Sendable, CustomTestStringConvertible {
        let stt: Fault
        let llm: Fault
        let tts: Fault
        let fallback: Fallback
        let apology: String?
        var testDescription: String {
            "STT \(stt), LLM \(llm), TTS \(tts), behind it \(fallback), \(apology == nil ? "no apology" : "apology")"
        }
    }

    /// All combinations; speech-to-text has no middle, and where somebody stands behind each stage there is an apology.
    static let cases: [Case] = [Fault.none, .hangs, .ignoresItsEnd, .breaksOff].flatMap { stt in
        Fault.allCases.flatMap { llm in
            Fault.allCases.flatMap { tts in
                Fallback.allCases.flatMap { fallback in
                    (fallback == .nobody ? [nil, "Sorry."] : ["Sorry."]).map {
                        Case(stt: stt, llm: llm, tts: tts, fallback: fallback, apology: $0)
                    }
                }
            }
        }
    }

    private static func script(_ fault: Fault, _ healthy: [ScriptedStage.Step]) -> [ScriptedStage.Step] {
        switch fault {
        case .none: healthy
        case .hangs: [.hang]
        case .ignoresItsEnd: [.ignore]
        case .breaksOff: healthy.prefix(2) + [.fail(.malformedResponse)]
        case .hangsMidway: healthy.prefix(2) + [.hang]
        }
    }

    private static let listening: [ScriptedStage.Step] = [.wait(300)]
    private static let writing: [ScriptedStage.Step] = [
        .wait(400), .say("One two three four. "), .wait(300), .say("And five six seven eight. "),
    ]
    private static let speaking: [ScriptedStage.Step] = [.wait(200), .say("0"), .wait(50), .say("4"), .say("8")]

    /// A stage's providers: the first with its fault, and who is behind it.
    private static func stages(
        _ name: String, _ fault: Fault, _ healthy: [ScriptedStage.Step], _ fallback: Fallback, _ loop: VirtualTimeLoop
    ) -> [ScriptedStage] {
        let first = ScriptedStage(name, loop, script(fault, healthy))
        return switch fallback {
        case .nobody: [first]
        case .healthy: [first, ScriptedStage("\(name)-2", loop, healthy)]
        case .stuck: [first, ScriptedStage("\(name)-2", loop, [.ignore])]
        }
    }

    @Test("is never exceeded, and the session goes on", arguments: cases)
    func bounded(_ test: Case) throws {
        var settings = SessionSettings()
        settings.deadlines = .round
        var all: [(ScriptedStage, [ScriptedStage.Step])] = []
        let talk = LiveSession(
            configure: {
                $0.behavior.silence.apology = test.apology
                $0.input.transcription = TranscriptionSettings(model: "m")
            }, settings: settings,
            providers: { loop in
                let stt = Self.stages("stt", test.stt, Self.listening, test.fallback, loop)
                let llm = Self.stages("llm", test.llm, Self.writing, test.fallback, loop)
                let tts = Self.stages("tts", test.tts, Self.speaking, test.fallback, loop)
                all =
                    stt.map { ($0, Self.listening) } + llm.map { ($0, Self.writing) }
                    + tts.map { ($0, Self.speaking) }
                let speech = FallbackTextToSpeech(
                    tts.map { .init($0, name: $0.name, mayRepeat: true) }, deadlines: .round, loop: loop)
                return SessionProviders(
                    voiceActivity: LoudnessDetectorFactory(),
                    speechToText: FallbackSpeechToText(
                        stt.map { .init($0, name: $0.name, mayRepeat: true) }, deadlines: .round, loop: loop),
                    languageModel: FallbackLanguageModel(
                        llm.map { .init($0, name: $0.name, mayRepeat: true) }, deadlines: .round, loop: loop),
                    textToSpeech: speech, comfort: LiveSession.comfort(speech, loop))
            })
        talk.say(milliseconds: 200, loud: true)
        let end = talk.loop.now
        talk.say(milliseconds: 600, loud: false)
        talk.loop.advance(by: .seconds(120))
        let done = try #require(talk.first("response.done"))
        let window = Duration.milliseconds(600)
        let longest = try #require(Self.silences(talk.connection.frames, from: end, to: done.at).max())
        #expect(longest <= settings.longestSilence(window: window))
        if test.fallback == .healthy {
            #expect(done.string("response", "status") == (Self.survives(test) ? "completed" : "failed"))
        }
        // Everybody is well again: the next turn is answered.
        for (stage, script) in all { stage.play(script) }
        talk.loop.advance(by: .seconds(200))
        talk.say(milliseconds: 200, loud: true)
        talk.say(milliseconds: 600, loud: false)
        talk.loop.advance(by: .seconds(20))
        let last = try #require(talk.last("response.done"))
        #expect(last.at > done.at)
        #expect(last.string("response", "status") == "completed")
        #expect(talk.connection.closes.isEmpty)
    }

    /// With a healthy provider behind each stage only what was begun and cannot be taken over fails: an answer that breaks off.
    private static func survives(_ test: Case) -> Bool { ![.breaksOff, .hangsMidway].contains(test.llm) }

    /// The times in which nothing was heard.
    private static func silences(
        _ frames: [FakeConnection.Frame], from start: MonotonicInstant, to end: MonotonicInstant
    ) -> [Duration] {
        var silences: [Duration] = []
        var heardUntil = start
        for frame in frames where frame.type == "response.output_audio.delta" && frame.at <= end {
            let bytes = frame.string("delta").flatMap { Data(base64Encoded: $0) }?.count ?? 0
            silences.append(max(.zero, frame.at - heardUntil))
            heardUntil = max(heardUntil, frame.at) + .nanoseconds(Int64(bytes) * 1_000_000_000 / 48_000)
        }
        return silences + [max(.zero, end - heardUntil)]
    }

    @Test("is a number that an operator can name")
    func number() {
        let settings = SessionSettings()
        #expect(settings.longestSilence(window: .milliseconds(500)) == .milliseconds(34_000))
        var tight = SessionSettings()
        tight.deadlines = .round
        #expect(tight.longestSilence(window: .zero) == .milliseconds(6_500 + 11_500 + 3_500))
    }
}
