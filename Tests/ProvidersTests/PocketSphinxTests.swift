import Core
import EventLoops
import Foundation
import Observability
import Pipeline
import Synchronization
import Testing

@testable import Providers

/// The real library with the real models on human recordings of Debian's package `pocketsphinx-testdata`.
@Suite("PocketSphinx", .serialized, .timeLimit(.minutes(3)))
struct PocketSphinxTests {
    private static let data = "/usr/share/pocketsphinx/test/data"

    private func samples(_ name: String) throws -> [Int16] {
        let bytes = try Data(contentsOf: URL(filePath: "\(Self.data)/\(name)")).dropFirst(
            name.hasSuffix(".wav") ? 44 : 0)
        return stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
    }

    private func feed(_ samples: [Int16], chunk: Int = 320, finished: Bool = true) -> AudioFeed {
        let feed = AudioFeed()
        for start in stride(from: 0, to: samples.count, by: chunk) {
            feed.append(samples[start..<min(start + chunk, samples.count)].span)
        }
        if finished { feed.finish() }
        return feed
    }

    private func withRecogniser<Result>(
        _ configure: (inout PocketSphinxConfiguration) -> Void = { _ in },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        _ body: (PocketSphinxSTT) async throws -> Result
    ) async throws -> Result {
        var configuration = PocketSphinxConfiguration()
        configuration.decoders = 1
        configure(&configuration)
        let threads = BlockingPool(name: "stt", threads: 2, capacity: 16)
        let recogniser = try PocketSphinxSTT(
            configuration, threads: threads, logger: Logger(handler: NullLogHandler()), sleep: sleep)
        do {
            let result = try await body(recogniser)
            threads.stop()
            return result
        } catch {
            threads.stop()
            throw error
        }
    }

    @Test("hears a human, and tells what it hears on the way")
    func goForward() async throws {
        let audio = try samples("goforward.raw")
        try await withRecogniser { recogniser in
            let live = AudioFeed()
            let partials = Mutex<[String]>([])
            async let transcript = recogniser.transcribe(live, options: TranscriptionOptions()) { text in
                partials.withLock { $0.append(text) }
            }
            for start in stride(from: 0, to: audio.count, by: 1_600) {
                live.append(audio[start..<min(start + 1_600, audio.count)].span)
                // Let the decoder see several batches.
                try await Task.sleep(for: .milliseconds(15))
            }
            live.finish()
            #expect(try await transcript.text == "go forward ten meters")
            let heard = partials.withLock(\.self)
            #expect(heard.count >= 2)
            #expect(heard.first?.hasPrefix("go") == true)
        }
    }

    @Test("gets most words of other human speakers right")
    func wordErrors() async throws {
        let recordings = [
            (
                "librivox/sense_and_sensibility_01_austen_64kb-0870.wav",
                "and mister john dashwood had then leisure to consider how much there might be prudently in his power to do for them"
            ),
            ("librivox/sense_and_sensibility_01_austen_64kb-0930.wav", "he might even have been made amiable himself"),
            (
                "librivox/sense_and_sensibility_01_austen_64kb-0920.wav",
                "had he married a more amiable woman he might have been made still more respectable than he was"
            ),
            ("something.raw", "go somewhere and do something"), ("cards/001.wav", "ten of clubs"),
            ("cards/003.wav", "seven of clubs"), ("cards/005.wav", "eight of spades four of clubs seven of hearts"),
        ]
        try await withRecogniser { recogniser in
            var (errors, words) = (0, 0)
            for (file, expected) in recordings {
                let heard = try await recogniser.transcribe(feed(samples(file)), options: TranscriptionOptions()) { _ in
                }
                errors += distance(heard.text.split(separator: " "), expected.split(separator: " "))
                words += expected.split(separator: " ").count
            }
            #expect(errors * 4 <= words, "\(errors) of \(words) words are wrong")
        }
    }

    @Test("hears the same whoever spoke before")
    func independence() async throws {
        let audio = try samples("goforward.raw")
        let other = try samples("librivox/sense_and_sensibility_01_austen_64kb-0880.wav").map { $0 / 8 }
        try await withRecogniser { recogniser in
            func text(_ samples: [Int16]) async throws -> String {
                try await recogniser.transcribe(feed(samples), options: TranscriptionOptions()) { _ in }.text
            }
            let first = try await text(other)
            #expect(try await text(audio) == "go forward ten meters")
            #expect(try await text(other) == first)
        }
    }

    @Test("understands nothing in silence and in no audio at all")
    func silence() async throws {
        try await withRecogniser { recogniser in
            for samples in [[], [0], [Int16](repeating: 0, count: 16_000)] {
                let heard = try await recogniser.transcribe(feed(samples), options: TranscriptionOptions()) { _ in }
                #expect(heard.text.isEmpty)
            }
        }
    }

    @Test("stops in the middle when the turn is cancelled, and hears the next one well")
    func cancels() async throws {
        let audio = try samples("goforward.raw")
        try await withRecogniser { recogniser in
            try await recogniser.load()
            let long = feed((0..<20).flatMap { _ in audio }, finished: false)
            let task = Task { try await recogniser.transcribe(long, options: TranscriptionOptions()) { _ in } }
            try await Task.sleep(for: .milliseconds(100))
            let clock = ContinuousClock.now
            task.cancel()
            let error = await #expect(throws: ProviderError.self) { try await task.value }
            #expect(error?.category == .cancelled)
            // A minute of audio would take seconds; a slice takes 20 ms.
            #expect(ContinuousClock.now - clock < .seconds(1))
            let waiting = AudioFeed()
            let idle = Task { try await recogniser.transcribe(waiting, options: TranscriptionOptions()) { _ in } }
            try await Task.sleep(for: .milliseconds(20))
            idle.cancel()
            await #expect(throws: ProviderError.self) { try await idle.value }
            let heard = try await recogniser.transcribe(feed(audio), options: TranscriptionOptions()) { _ in }
            #expect(heard.text == "go forward ten meters")
        }
    }

    @Test("lets turns wait in order for a decoder, refuses more than a few, and none waits for ever")
    func exhaustion() async throws {
        let audio = try samples("cards/001.wav")
        let deadlines = Mutex<[CheckedContinuation<Void, Never>]>([])
        let sleep: @Sendable (Duration) async throws -> Void = { _ in
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in deadlines.withLock { $0.append(continuation) } }
            } onCancel: {
                let all = deadlines.withLock { list in
                    defer { list = [] }
                    return list
                }
                for continuation in all { continuation.resume() }
            }
            try Task.checkCancellation()
        }
        try await withRecogniser({ $0.waitingTurns = 1 }, sleep: sleep) { recogniser in
            let holder = AudioFeed()
            let first = Task { try await recogniser.transcribe(holder, options: TranscriptionOptions()) { _ in } }
            while recogniser.decodersInUse == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let audioFeed = feed(audio)
            let second = Task { try await recogniser.transcribe(audioFeed, options: TranscriptionOptions()) { _ in } }
            while recogniser.waitingTurns == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let refused = await #expect(throws: ProviderError.self) {
                try await recogniser.transcribe(AudioFeed(), options: TranscriptionOptions()) { _ in }
            }
            #expect(refused?.category == .unavailable)
            // The decoder comes back: the waiting turn gets it.
            holder.finish()
            #expect(try await first.value.text == "")
            #expect(try await second.value.text == "ten of clubs")

            let again = AudioFeed()
            let third = Task { try await recogniser.transcribe(again, options: TranscriptionOptions()) { _ in } }
            while recogniser.decodersInUse == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let late = Task { try await recogniser.transcribe(AudioFeed(), options: TranscriptionOptions()) { _ in } }
            while deadlines.withLock(\.isEmpty) { try await Task.sleep(for: .milliseconds(5)) }
            for continuation in deadlines.withLock({ list in
                defer { list = [] }; return list
            }) { continuation.resume() }
            let expired = await #expect(throws: ProviderError.self) { try await late.value }
            #expect(expired?.category == .unavailable)
            let given = Task { try await recogniser.transcribe(AudioFeed(), options: TranscriptionOptions()) { _ in } }
            while recogniser.waitingTurns == 0 { try await Task.sleep(for: .milliseconds(5)) }
            given.cancel()
            let cancelled = await #expect(throws: ProviderError.self) { try await given.value }
            #expect(cancelled?.category == .cancelled)
            again.finish()
            _ = try await third.value
            #expect(recogniser.waitingTurns == 0 && recogniser.decodersInUse == 0)
        }
    }

    @Test("says in one sentence that the models are missing")
    func missingModels() throws {
        var configuration = PocketSphinxConfiguration()
        configuration.dictionary = "/nowhere"
        let threads = BlockingPool(name: "stt", threads: 1, capacity: 1)
        defer { threads.stop() }
        let error = #expect(throws: ProviderError.self) {
            _ = try PocketSphinxSTT(configuration, threads: threads, logger: Logger(handler: NullLogHandler()))
        }
        #expect(error?.category == .unavailable)
    }

    @Test("keeps words and drops marks")
    func words() {
        #expect(
            PocketSphinxHandle.words("<s> Go forward(2) [NOISE] ten <sil> ++UH++ metres </s>")
                == "go forward ten metres")
        #expect(PocketSphinxHandle.words("") == "")
    }

    private func distance(_ a: [Substring], _ b: [Substring]) -> Int {
        var row = Array(0...b.count)
        for (i, word) in a.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                (previous, row[j + 1]) = (
                    row[j + 1], min(row[j + 1] + 1, row[j] + 1, previous + (word == other ? 0 : 1))
                )
            }
        }
        return row[b.count]
    }
}
