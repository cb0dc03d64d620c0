import Core
import EventLoops
import Foundation
import Observability
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport

/// Several sessions on one loop with the same providers, as in one worker; everything of a session bears its own mark.
final class Crowd {
    final class Member {
        let number: Int
        let session: Session
        let connection: FakeConnection
        /// Marks that reached its client.
        var marks: Set<String> = []
        /// Values of the samples that its client heard.
        var samples: Set<Int16> = []
        var calls: [String] = []
        var errors: [String] = []
        /// When its speech was found to end.
        var stopped: Duration?

        init(number: Int, session: Session, connection: FakeConnection) {
            self.number = number
            self.session = session
            self.connection = connection
        }
    }

    let loop = VirtualTimeLoop()
    let heard = LoopLog<(Int, TranscriptionOptions)>()
    let prompts = LoopLog<LanguageModelRequest>()
    let summaries = LoopLog<LanguageModelRequest>()
    let spoken = LoopLog<SpeechRequest>()
    let observer = FakeObserver()
    private(set) var members: [Member] = []
    private let start: MonotonicInstant

    init(_ count: Int) {
        start = loop.now
        let model = RememberingLLM(
            loop: loop, delay: .milliseconds(700), requests: prompts, summaries: summaries, cancelled: LoopLog()
        ) { request in
            let text = request.messages.text
            if text.hasSuffix("Use the tool."), let tool = request.tools.first {
                return .call(tool.name, arguments: "{\"for\":\"\(Crowd.marks(in: text).sorted().joined())\"}")
            }
            return .text("An answer for \(Crowd.marks(in: text).sorted().joined(separator: " ")). ")
        }
        let speech = VoiceTTS(loop: loop, requests: spoken)
        let providers = SessionProviders(
            voiceActivity: LoudnessDetectorFactory(), speechToText: LevelSTT(loop: loop, heard: heard),
            languageModel: model, textToSpeech: speech, comfort: LiveSession.comfort(speech, loop))
        for number in 0..<count { members.append(member(number, providers)) }
    }

    var elapsed: Duration { loop.now - start }

    static func mark(_ number: Int) -> String { "marker-\(number)-end" }
    static func marks(in text: String) -> Set<String> {
        Set(text.matches(of: /marker-\d+-end/).map { String($0.output) })
    }
    /// How loud this member speaks; each is three hundredths louder than the one before.
    static func level(_ number: Int) -> Double { 6000 * pow(1.03, Double(number)) }
    /// The value of every sample of this member's voice.
    static func sample(_ number: Int) -> Int16 { Int16(1000 + 100 * number) }
    /// The silence that ends this member's turns.
    static func silence(_ number: Int) -> Int { 200 + 100 * (number % 8) }

    private func member(_ number: Int, _ providers: SessionProviders) -> Member {
        let mark = Self.mark(number)
        var configuration = SessionConfiguration(model: "test")
        configuration.behavior.acknowledgement.isEnabled = false
        configuration.instructions = "You serve \(mark)."
        configuration.tools = [.function(FunctionTool(name: "tool-\(mark)", description: "for \(mark)"))]
        configuration.output.voice = "voice-\(mark)"
        configuration.input.transcription = TranscriptionSettings(model: mark, language: mark, prompt: mark)
        var vad = ServerVAD()
        vad.silenceDuration = .milliseconds(Self.silence(number))
        configuration.input.turnDetection = .serverVAD(vad)
        configuration.behavior.acknowledgement.phrases = ["One moment \(mark)"]
        configuration.behavior.summary.budget = 600
        configuration.behavior.summary.model = "model-\(mark)"
        configuration.behavior.agent.variables = ["who": mark]
        let connection = FakeConnection(loop: loop)
        let session = Session(
            id: SessionID("sess_\(number)"), configuration: configuration, settings: SessionSettings(), expiresAt: 1,
            codec: RealtimeShape.ga.makeCodec(turnDetection: ServerVAD()), connection: connection,
            providers: providers, observer: observer,
            identifiers: IdentifierSource(generator: SplitMix64(seed: UInt64(number))), loop: loop,
            logger: Logger(handler: NullLogHandler()))
        let member = Member(number: number, session: session, connection: connection)
        connection.onFrame = { [unowned self] bytes in self.look(bytes, member) }
        loop.run { session.opened() }
        return member
    }

    private func look(_ bytes: [UInt8], _ member: Member) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let event = try? JSONValue.parse(bytes), let type = event["type"]?.string else {
            return member.errors.append("no JSON")
        }
        member.marks.formUnion(Self.marks(in: text))
        switch type {
        case "response.output_audio.delta":
            let audio = Data(base64Encoded: event["delta"]?.string ?? "") ?? Data()
            audio.withUnsafeBytes { member.samples.formUnion($0.bindMemory(to: Int16.self)) }
        case "response.function_call_arguments.done": member.calls.append(event["call_id"]?.string ?? "")
        case "input_audio_buffer.speech_stopped": member.stopped = elapsed
        case "error": member.errors.append(event["error"]?["message"]?.string ?? "")
        default: break
        }
    }

    func send(_ json: String, to member: Member) {
        let bytes = Array(json.utf8)
        loop.run { member.session.received(text: bytes.span) }
    }

    /// All at once send their microphones in real time; member `number` speaks from `number` times 40 ms on for a second.
    func speakAtOnce(milliseconds: Int) {
        let silence = LiveSession.audio(milliseconds: 20, loud: false).base64EncodedString()
        let speech = members.map { Self.tone(Self.level($0.number)).base64EncodedString() }
        for step in 0..<milliseconds / 20 {
            for member in members {
                let isSpeaking = (0..<50).contains(step - 2 * member.number)
                let audio = isSpeaking ? speech[member.number] : silence
                send(#"{"type":"input_audio_buffer.append","audio":"\#(audio)"}"#, to: member)
            }
            loop.advance(by: .milliseconds(20))
        }
    }

    func type(_ text: String, from member: Member) {
        send(
            #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"\#(text)"}]}}"#,
            to: member)
        send(#"{"type":"response.create","response":{"output_modalities":["text"]}}"#, to: member)
    }

    private static func tone(_ level: Double) -> Data {
        let samples = (0..<480).map { Int16($0 / 60 % 2 == 0 ? level : -level) }
        return samples.withUnsafeBytes { Data($0) }
    }
}

/// Hears who speaks by how loud it is.
private struct LevelSTT: SpeechToText {
    let name = "level-stt"
    let model = "script"
    let givesPartials = false
    let loop: any EventLoop
    let heard: LoopLog<(Int, TranscriptionOptions)>

    func transcribe(
        _ audio: AudioFeed, options: TranscriptionOptions, onPartial: (String) -> Void
    ) async throws(ProviderError) -> Transcript {
        var samples: [Double] = []
        while let next = await audio.next() { samples += next.map { abs(Double($0)) } }
        let loudest = samples.max() ?? 0
        let loud = samples.filter { $0 > loudest / 2 }
        let level = loud.reduce(0, +) / Double(max(1, loud.count))
        let number = Int((log(max(level, 1) / 6000) / log(1.03)).rounded())
        heard.append((number, options))
        try? await loop.sleep(for: .milliseconds(150))
        return Transcript(text: "I am \(RememberingLLM.mark)\(Crowd.mark(number))")
    }
}

/// Speaks each voice as samples of one value.
private struct VoiceTTS: TextToSpeech {
    let name = "voice-tts"
    let model = "script"
    let loop: any EventLoop
    let requests: LoopLog<SpeechRequest>

    func synthesize(
        _ request: SpeechRequest, onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        requests.append(request)
        let number = Int(request.voice.split(separator: "-").dropFirst(2).first ?? "") ?? -1
        do { try await loop.sleep(for: .milliseconds(100)) } catch {
            throw ProviderError(.textToSpeech, provider: name, .cancelled, "Cancelled.")
        }
        try await onChunk(SpeechChunk(samples: [Int16](repeating: Crowd.sample(number), count: 24_000)))
    }
}
