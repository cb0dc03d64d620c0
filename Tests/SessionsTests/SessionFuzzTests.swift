import Core
import Pipeline
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// Whole sessions that are sent broken and random frames while they listen, think and speak.
@Suite("Random frames to a session") struct SessionFuzzTests {
    /// Frames after which a new session begins, so that none is full.
    private static let framesPerSession = 2_000

    @Test("never end it, and are answered by events that the shape has", arguments: RealtimeShape.allCases)
    func frames(shape: RealtimeShape) throws {
        let cases = FuzzRun.cases("FUZZ_SESSION_CASES", otherwise: 6_000)
        let inventory = try EventInventory(shape)
        var mutator = FrameMutator(seed: FuzzRun.seed, pools: [FrameCorpus.frames(shape)])
        var random = SplitMix64(seed: FuzzRun.seed &+ 10)
        for session in 0..<(cases + Self.framesPerSession - 1) / Self.framesPerSession {
            let talk = LiveSession(configure: { $0.model = "gpt-realtime" }, shape: shape)
            var faults: [String] = []
            var frames = 0
            talk.connection.onFrame = { bytes in
                frames += 1
                if bytes.count > ProtocolLimits.serverFrameBytes { faults.append("a frame of \(bytes.count) bytes") }
                // Audio frames differ in their audio only.
                guard frames % 16 == 0 || bytes.count < 400 else { return }
                guard let event = try? JSONValue.parse(bytes) else { return faults.append("no JSON") }
                faults += inventory.faults(in: event).filter { !Self.isClientsOwn($0) }
            }
            for _ in 0..<Self.framesPerSession {
                let isWhole = Int.random(in: 0..<3, using: &random) == 0
                talk.send(bytes: isWhole ? mutator.draw() : mutator.next())
                switch Int.random(in: 0..<20, using: &random) {
                case 0: talk.loop.advance(by: .milliseconds(Int.random(in: 1...1_500, using: &random)))
                case 1:
                    talk.append(
                        LiveSession.audio(milliseconds: 160, loud: Int.random(in: 0..<3, using: &random) > 0))
                default: break
                }
                guard let fault = faults.first else { continue }
                Issue.record("session \(session): \(fault)")
                return
            }
            #expect(talk.connection.closes.isEmpty)
            #expect(frames > Self.framesPerSession / 2)
            talk.disconnect()
            talk.loop.advance(by: .seconds(60))
            #expect(talk.observer.ended.count == 1)
            #expect(talk.loop.pendingTimers == 0)
        }
        FuzzRun.report(cases, "frames to whole \(shape) sessions")
    }

    /// Whether a fault is only that a name the client chose is not one of the vendor's: models are the operator's affair.
    private static func isClientsOwn(_ fault: String) -> Bool { fault.contains("transcription.model is") }
}
