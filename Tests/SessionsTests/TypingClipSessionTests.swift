import Audio
import Core
import EventLoops
import Foundation
import Observability
import RealtimeProtocol
import Sessions
import TestSupport
import Testing
import Waveforms

/// Typing sounds that tenants have uploaded, in virtual time.
@Suite("Clips of tenants") struct TypingClipSessionTests {
    private let loop = VirtualTimeLoop()
    private let source: FakeClips
    private let sounds: TypingSounds

    init() {
        source = FakeClips(loop)
        sounds = TypingSounds(clips: source, pool: nil, loop: loop, logger: Logger(handler: NullLogHandler()))
    }

    /// A second of one sample.
    private static func clip(_ sample: Int16) -> WAVFile {
        WAVFile(rate: 24_000, samples: [Int16](repeating: sample, count: 24_000))
    }

    /// The first sample of the sound, and how long it repeats.
    private func sound(_ tenant: String?) throws -> (first: Int16, milliseconds: Int) {
        let tenant = tenant.map { TenantID($0) }
        let sounds = sounds
        let sound = try #require(
            try loop.complete { await sounds.sound(.clip(otherwise: .milliseconds(700)), of: tenant) } ?? nil)
        return (sound.wide[0], sound.wide.count / 24)
    }

    @Test("Each tenant hears its own; whoever has none hears keystrokes")
    func own() throws {
        source.clips = ["ten_a": Self.clip(100), "ten_b": Self.clip(200)]
        #expect(try sound("ten_a") == (100, 950))
        #expect(try sound("ten_b") == (200, 950))
        #expect(try sound("ten_c").milliseconds == 700)
        #expect(try sound(nil).milliseconds == 700)
        #expect(source.asked == ["ten_a", "ten_b", "ten_c"])
    }

    @Test("A clip is looked up once for all who want it, and again after a minute")
    func fresh() throws {
        source.clips = ["ten_a": Self.clip(100)]
        source.delay = .milliseconds(100)
        let (loop, sounds) = (loop, sounds)
        let tasks = loop.run {
            (0..<5).map { _ in
                Task(executorPreference: loop) {
                    await sounds.sound(.clip(otherwise: .seconds(1)), of: TenantID("ten_a"))
                }
            }
        }
        loop.advance(by: .seconds(1))
        for task in tasks { #expect(try loop.complete { await task.value } != nil) }
        #expect(source.asked == ["ten_a"])
        source.clips = ["ten_a": Self.clip(300)]
        loop.advance(by: .seconds(50))
        #expect(try sound("ten_a").first == 100)
        loop.advance(by: .seconds(10))
        #expect(try sound("ten_a").first == 300)
        source.clips = [:]
        loop.advance(by: TypingSounds.freshness)
        #expect(try sound("ten_a").milliseconds == 700)
    }

    @Test("While the store is away the last clip known goes on, and it is asked again soon")
    func away() throws {
        source.clips = ["ten_a": Self.clip(100)]
        #expect(try sound("ten_a").first == 100)
        source.isAway = true
        loop.advance(by: TypingSounds.freshness)
        #expect(try sound("ten_a").first == 100)
        #expect(try sound("ten_b").milliseconds == 700)
        source.isAway = false
        source.clips["ten_b"] = Self.clip(200)
        loop.advance(by: .seconds(5))
        #expect(try sound("ten_b").first == 200)
    }

    @Test("No more clips are kept than there is room for, and those longest unused go first")
    func room() throws {
        let long = WAVFile(rate: 8_000, samples: [Int16](repeating: 7, count: 80_000))
        for number in 0..<60 { source.clips["ten_\(number)"] = long }
        for number in 0..<60 {
            _ = try sound("ten_\(number)")
            _ = try sound("ten_0")
        }
        #expect(source.asked.count == 60, "the one that is always used stays")
        _ = try sound("ten_1")
        #expect(source.asked.count == 61)
    }

    @Test("A session plays its tenant's clip until the answer comes")
    func session() throws {
        let talk = ScriptedConversation.typing(try TypingLoop(Self.clip(1_000))) {
            $0.behavior.typingSound.source = .clip
        }
        let wanted = talk.actions.compactMap { if case .prepareComfort(let plan) = $0 { plan.typing } else { nil } }
        #expect(wanted == [.clip(otherwise: .seconds(2))])
        talk.client(.responseCreate(ResponseRequest()))
        talk.advance(1000)
        #expect(Set(talk.samples.dropFirst(2_400)) == [1_000])
    }
}

/// The clips of tenants as a test sets them.
///
/// Touched on the test's thread only, since a virtual loop runs there.
private final class FakeClips: TypingClipSource, @unchecked Sendable {
    private let loop: VirtualTimeLoop
    var clips: [String: WAVFile] = [:]
    var isAway = false
    var delay: Duration?
    private(set) var asked: [String] = []

    init(_ loop: VirtualTimeLoop) { self.loop = loop }

    func clip(of tenant: TenantID) async -> TypingClipAnswer {
        asked.append(tenant.rawValue)
        if let delay { try? await loop.sleep(for: delay) }
        if isAway { return .unavailable }
        return clips[tenant.rawValue].map { .clip($0) } ?? .none
    }
}
