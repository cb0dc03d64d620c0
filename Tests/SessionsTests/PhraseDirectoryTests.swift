import Audio
import Core
import EventLoops
import Foundation
import Observability
import Pipeline
import Synchronization
import TestSupport
import Testing

@testable import Sessions
import Waveforms

/// Integration: real files, in a directory of each test's own.
@Suite("Phrases on disk", .timeLimit(.minutes(1))) final class PhraseDirectoryTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "phrases-\(UUID().uuidString)").path
    private let pool = BlockingPool(name: "phrases", threads: 1, capacity: 8)
    private let log = WarningLog()
    /// A second of sound, 48,044 bytes as a file.
    private let sound = (0..<24_000).map { Int16($0 % 1_000) }

    deinit {
        pool.stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func phrases(limit: Int = PhraseDirectory.defaultLimit) -> PhraseDirectory {
        PhraseDirectory(directory, limit: limit, pool: pool, logger: Logger(handler: log))
    }

    private func key(_ text: String) -> PhraseKey {
        PhraseKey(SpeechRequest(text: text, voice: "alloy"), by: ScriptedStage("voice", VirtualTimeLoop(), []))
    }

    private func path(_ text: String) -> String { directory + "/" + key(text).fileName }

    private func wav(_ samples: [Int16], rate: Int = 24_000) -> [UInt8] {
        WAVFile.encode(samples: samples.span, rate: rate)
    }

    private func write(_ bytes: [UInt8], _ text: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(text)))
    }

    private var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] }

    @Test("A phrase that was stored is there for another process, which nobody else can read")
    func roundTrip() async throws {
        #expect(await phrases().load(key("okay")) == nil)
        await phrases().store(sound, key("okay"))
        #expect(await phrases().load(key("okay")) == sound)
        #expect(await phrases().load(key("sure")) == nil)
        let rights = try FileManager.default.attributesOfItem(atPath: directory)[.posixPermissions] as? Int
        #expect(rights == 0o700)
        #expect(log.warnings == 0)
    }

    @Test("A file that is empty, cut short, no WAV, of another rate or too long is removed and made anew")
    func damaged() async throws {
        await phrases().store(sound, key("good"))
        let whole = wav(sound)
        let long = [Int16](repeating: 1, count: PhraseAudio.mostSamples + 1_000)
        let damaged: [[UInt8]] = [
            [], Array(whole.prefix(20)), whole.dropLast(), whole + [0, 0], Array("not a sound at all".utf8),
            wav(sound, rate: 8_000), wav([]),
            wav(long),
        ]
        for (index, bytes) in damaged.enumerated() {
            try write(bytes, "okay")
            #expect(await phrases().load(key("okay")) == nil, "\(index)")
            #expect(files == [key("good").fileName], "\(index)")
        }
        await phrases().store(sound, key("okay"))
        #expect(await phrases().load(key("okay")) == sound)
    }

    @Test("Where there is no room left, those go that were used the longest time ago")
    func room() async throws {
        let phrases = phrases(limit: 2 * 48_044)
        await phrases.store(sound, key("first"))
        await phrases.store(sound, key("second"))
        for (age, text) in [(300, "first"), (200, "second")] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -Double(age))], ofItemAtPath: path(text))
        }
        // To be heard is to be used.
        #expect(await phrases.load(key("first")) == sound)
        await phrases.store(sound, key("third"))
        #expect(Set(files) == [key("first").fileName, key("third").fileName])
    }

    @Test("A directory that cannot be made costs one warning and no phrase")
    func unusable() async throws {
        try Data().write(to: URL(fileURLWithPath: directory))
        let phrases = phrases()
        for text in ["okay", "sure"] {
            await phrases.store(sound, key(text))
            #expect(await phrases.load(key(text)) == nil)
        }
        #expect(log.warnings == 1)
    }

    @Test(
        "A full disk costs one warning, and leaves no half of a file", .enabled(if: geteuid() == 0, "mounts need root"))
    func fullDisk() async throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        #expect(mount("tmpfs", directory, "tmpfs", 0, "size=64k") == 0, "errno \(errno)")
        defer { _ = umount(directory) }
        let phrases = phrases()
        await phrases.store(sound, key("okay"))
        await phrases.store(sound, key("sure"))
        await phrases.store(sound, key("well"))
        #expect(log.warnings == 1)
        #expect(files == [key("okay").fileName])
        #expect(await phrases.load(key("okay")) == sound)
        #expect(await phrases.load(key("sure")) == nil)
    }
}

/// Counts warnings.
private final class WarningLog: LogHandler {
    let minimumLevel = Logger.Level.warning
    private let count = Atomic(0)
    var warnings: Int { count.load(ordering: .relaxed) }
    func log(_ level: Logger.Level, _ message: StaticString, _ metadata: LogMetadata) {
        count.add(1, ordering: .relaxed)
    }
}
