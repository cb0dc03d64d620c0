import Core
import EventLoops
import Foundation
import Observability
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Waveforms

/// A whole session with the codec of either shape on a virtual loop: frames go in as text, frames come out as JSON with their time.
final class LiveSession {
    let loop: VirtualTimeLoop
    let heard = LoopLog<Int>()
    let prompts = LoopLog<LanguageModelRequest>()
    let spoken = LoopLog<SpeechRequest>()
    let modelCancelled = LoopLog<MonotonicInstant>()
    let connection: FakeConnection
    let observer = FakeObserver()
    /// What the worker keeps; of this session only.
    let kept: KeptAudio
    let session: Session
    private let start: MonotonicInstant

    init(
        configure: (inout SessionConfiguration) -> Void = { _ in }, settings: SessionSettings = SessionSettings(),
        memory: MemoryLedger = MemoryLedger(), stt: (inout ScriptedSTT) -> Void = { _ in },
        llm: (inout ScriptedLLM) -> Void = { _ in },
        tts: (inout ScriptedTTS) -> Void = { _ in }, shape: RealtimeShape = .ga, keptBytes: Int = 64 << 20,
        providers: ((VirtualTimeLoop) -> SessionProviders)? = nil,
        readingTime: Duration? = nil, loop: VirtualTimeLoop = VirtualTimeLoop(), sharedIntake: SharedIntake? = nil
    ) {
        self.loop = loop
        var configuration = SessionConfiguration(model: "test")
        configuration.behavior.acknowledgement.isEnabled = false
        configure(&configuration)
        var speechToText = ScriptedSTT(loop: loop, heard: heard)
        stt(&speechToText)
        var languageModel = ScriptedLLM(loop: loop, requests: prompts, cancelled: modelCancelled)
        llm(&languageModel)
        var textToSpeech = ScriptedTTS(loop: loop, requests: spoken)
        tts(&textToSpeech)
        connection = FakeConnection(loop: loop)
        kept = KeptAudio(limit: keptBytes, pool: nil, loop: loop)
        start = loop.now
        session = Session(
            id: SessionID("sess_live"), configuration: configuration, settings: settings, expiresAt: 1,
            codec: shape.makeCodec(turnDetection: settings.turnDetection), connection: connection,
            providers: providers?(loop)
                ?? SessionProviders(
                    voiceActivity: LoudnessDetectorFactory(), speechToText: speechToText,
                    languageModel: languageModel, textToSpeech: textToSpeech,
                    comfort: Self.comfort(textToSpeech, loop), memory: memory, keptAudio: kept),
            observer: observer, identifiers: IdentifierSource(generator: SplitMix64(seed: 3)), loop: loop,
            sharedIntake: sharedIntake ?? Self.sharedIntake(readingTime, loop),
            logger: Logger(handler: NullLogHandler()))
        loop.run { session.opened() }
    }

    /// Large frames are read on the loop, or elsewhere, which takes so long.
    private static func sharedIntake(_ readingTime: Duration?, _ loop: VirtualTimeLoop) -> SharedIntake {
        guard let readingTime else { return SharedIntake() }
        return SharedIntake(readLargeFrame: { reader, frame in
            try? await loop.sleep(for: readingTime)
            return reader.read(frame)
        })
    }

    /// Phrases in memory only, and typing sounds made on the loop.
    static func comfort(_ textToSpeech: any TextToSpeech, _ loop: VirtualTimeLoop) -> ComfortAudio {
        let logger = Logger(handler: NullLogHandler())
        return ComfortAudio(
            phrases: PhraseCache(textToSpeech: textToSpeech, loop: loop, logger: logger),
            typing: TypingSounds(pool: nil, loop: loop, logger: logger))
    }

    /// Time since the session was opened.
    var elapsed: Duration { loop.now - start }

    /// Sends one event given as JSON text.
    func send(_ json: String) { send(bytes: Array(json.utf8)) }

    /// Sends one frame, sensible or not.
    func send(bytes: [UInt8]) {
        loop.run { session.received(text: bytes.span) }
    }

    /// Sends frames in one turn of the loop.
    func sendTogether(_ frames: [[UInt8]]) {
        loop.run { for frame in frames { receive(frame) } }
    }

    /// One frame; to be called on the loop.
    func receive(_ frame: [UInt8]) { session.received(text: frame.span) }

    /// Real-time audio in 20 ms appends: a loud tone or silence.
    func say(milliseconds: Int, loud: Bool) {
        let audio = Self.audio(milliseconds: 20, loud: loud)
        for _ in 0..<(milliseconds / 20) {
            append(audio)
            loop.advance(by: .milliseconds(20))
        }
    }

    /// One append.
    func append(_ audio: Data) {
        send(#"{"type":"input_audio_buffer.append","audio":"\#(audio.base64EncodedString())"}"#)
    }

    /// PCM16 at 24 kHz: a loud tone or silence.
    static func audio(milliseconds: Int, loud: Bool) -> Data {
        let samples = (0..<milliseconds * 24).map { Int16(loud ? ($0 / 60 % 2 == 0 ? 12_000 : -12_000) : 0) }
        return samples.withUnsafeBytes { Data($0) }
    }

    /// The client stops reading, or has read everything.
    func setReading(_ isReading: Bool) {
        connection.isCongested = !isReading
        if isReading { loop.run { session.outboundDrained() } }
    }

    func end(_ reason: SessionEnd) { loop.run { session.end(reason) } }

    func disconnect() { loop.run { session.closed(.clientClosed) } }

    /// Types of the frames so far, runs of one type once.
    var types: [String] {
        connection.frames.reduce(into: []) { if $0.last != $1.type { $0.append($1.type) } }
    }

    /// The first frame of a type.
    func first(_ type: String) -> FakeConnection.Frame? { connection.frames.first { $0.type == type } }

    /// The last frame of a type.
    func last(_ type: String) -> FakeConnection.Frame? { connection.frames.last { $0.type == type } }
}

/// Records frames.
///
/// Touched on the test's thread only.
final class FakeConnection: ClientConnection, @unchecked Sendable {
    struct Frame {
        let at: MonotonicInstant
        let type: String
        let body: [String: Any]
        func string(_ path: String...) -> String? { value(path) as? String }
        func value(_ path: [String]) -> Any? {
            path.reduce(body as Any?) { ($0 as? [String: Any])?[$1] }
        }
    }
    private let loop: VirtualTimeLoop
    private(set) var frames: [Frame] = []
    private(set) var closes: [UInt16] = []
    /// Set by a test whose client does not read.
    var isCongested = false
    /// Set by a test whose client owes the reading of much.
    var isOverfull = false
    /// Set by a test that looks at each frame itself; then none is kept.
    var onFrame: (([UInt8]) -> Void)?
    init(loop: VirtualTimeLoop) { self.loop = loop }

    func send(_ append: (inout [UInt8]) -> Void) {
        var bytes: [UInt8] = []
        append(&bytes)
        guard !bytes.isEmpty else { return }
        if let onFrame { return onFrame(bytes) }
        let body = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] ?? [:]
        frames.append(Frame(at: loop.now, type: body["type"] as? String ?? "not JSON", body: body))
    }

    func close(code: UInt16, reason: String) { closes.append(code) }

    private(set) var holds: [Bool] = []
    func holdReading() { holds.append(true) }
    func resumeReading() { holds.append(false) }
}

/// Records what a session tells its worker.
///
/// Touched on the test's thread only.
final class FakeObserver: SessionObserver, @unchecked Sendable {
    private(set) var ended: [SessionID] = []
    private(set) var turns: [TurnReport] = []
    private(set) var failures: [ProviderError] = []
    func sessionEnded(_ id: SessionID, _ reason: SessionEnd) {
        ended.append(id)
        endings.append(reason)
    }
    private(set) var endings: [SessionEnd] = []
    private(set) var speculations: [SpeculationReport] = []
    func turnSpeculated(_ report: SpeculationReport) { speculations.append(report) }
    func turnEnded(_ report: TurnReport) { turns.append(report) }
    func stageFailed(_ error: ProviderError) { failures.append(error) }
    private(set) var refusals: [(kind: WorkKind, bound: WorkBound)] = []
    func workRefused(_ kind: WorkKind, _ bound: WorkBound) { refusals.append((kind, bound)) }
    private(set) var summaries: [SummaryReport] = []
    func summaryEnded(_ report: SummaryReport) { summaries.append(report) }
}

extension SessionInput {
    /// The client has closed its socket.
    static var disconnected: Self { .connectionEnded(.clientClosed) }
}
