import Core
import EventLoops
import Observability
import Pipeline
import Testing

@testable import Providers

/// The real library.
@Suite(.serialized, .timeLimit(.minutes(2))) struct EspeakTTSTests {
    static let sentence = "Hello there. This is a test of the built in voice, and it takes a few seconds."
    private let pool = BlockingPool(name: "speech", threads: 2, capacity: 8)

    private func speech() throws -> EspeakTTS {
        try EspeakTTS(pool: pool, logger: Logger(handler: NullLogHandler()))
    }

    private func chunks(_ request: SpeechRequest) async throws -> [SpeechChunk] {
        var chunks: [SpeechChunk] = []
        try await speech().synthesize(request) { chunk throws(ProviderError) in chunks.append(chunk) }
        return chunks
    }

    private func samples(_ text: String, voice: String = "alloy", speed: Double = 1) async throws -> [Int16] {
        try await chunks(SpeechRequest(text: text, voice: voice, speed: speed)).flatMap(\.samples)
    }

    @Test func `A sentence becomes a few seconds of audible speech at 24,000 Hz`() async throws {
        let chunks = try await chunks(SpeechRequest(text: Self.sentence, voice: "alloy"))
        let samples = chunks.flatMap(\.samples)
        #expect((3.0...8.0).contains(Double(samples.count) / 24_000))
        #expect(samples.contains { abs(Int($0)) > 3_000 })
        #expect(chunks.allSatisfy { !$0.samples.isEmpty && $0.samples.count < 2_400 })
        pool.stop()
    }

    @Test func `The first chunk comes long before the last`() async throws {
        _ = try await samples("Warm.")
        let clock = ContinuousClock()
        let start = clock.now
        var first: Duration?
        try await speech().synthesize(SpeechRequest(text: Self.sentence, voice: "alloy")) { _ throws(ProviderError) in
            if first == nil { first = clock.now - start }
        }
        // About a millisecond on an idle machine.
        #expect(try #require(first) < .milliseconds(500))
        pool.stop()
    }

    @Test func `Words are told with the chunk that they begin in`() async throws {
        let text = "Grüße 😀 to   (all)\nnaïve friends, it costs 1,234.5 now"
        var position = 0
        var words: [String] = []
        for chunk in try await chunks(SpeechRequest(text: text, voice: "alloy")) {
            let range = Double(position) / 24...Double(position + chunk.samples.count) / 24
            for word in chunk.words {
                #expect(range.contains(Double(word.start.nanoseconds) / 1_000_000))
                words.append(String(decoding: Array(text.utf8)[word.textOffset...].prefix(3), as: UTF8.self))
            }
            position += chunk.samples.count
        }
        let begun = ["Gr", "to", "all", "na", "fri", "it", "cos", "1,2", "now"]
        #expect(words.filter { word in begun.contains { word.hasPrefix($0) } }.count >= 8)
        #expect(words.count <= 12)
        pool.stop()
    }

    @Test func `Word offsets go on through the pieces of a long text`() async throws {
        let text = Array(repeating: "The quick brown fox jumps over the lazy dog.", count: 12).joined(separator: " ")
        let words = try await chunks(SpeechRequest(text: text, voice: "echo", speed: 1.5)).flatMap(\.words)
        let bytes = Array(text.utf8)
        #expect(words.count == 12 * 9)
        #expect(words.allSatisfy { $0.textOffset == 0 || bytes[$0.textOffset - 1] == UInt8(ascii: " ") })
        #expect(zip(words, words.dropFirst()).allSatisfy { $0.textOffset < $1.textOffset && $0.start < $1.start })
        pool.stop()
    }

    @Test func `Speed shortens and lengthens the speech`() async throws {
        let normal = try await samples(Self.sentence).count
        #expect(try await samples(Self.sentence, speed: 1.5).count < normal * 4 / 5)
        #expect(try await samples(Self.sentence, speed: 0.5).count > normal * 3 / 2)
        #expect([0.25, 1, 1.5, .nan, .infinity].map(EspeakTTS.wordsPerMinute(speed:)) == [80, 175, 263, 175, 175])
        pool.stop()
    }

    @Test func `A woman's voice is higher than a man's`() async throws {
        let coral = Self.pitch(of: try await samples(Self.sentence, voice: "coral"))
        let echo = Self.pitch(of: try await samples(Self.sentence, voice: "echo"))
        #expect(coral > echo * 1.3, "coral \(coral) Hz, echo \(echo) Hz")
        pool.stop()
    }

    @Test(arguments: ["", " ", "\n\n", "😀", "...", "\u{1}\u{2}", "-- ?!"])
    func `Text without a letter or digit is silence, not an error`(_ text: String) async throws {
        #expect(try await samples(text).isEmpty)
        pool.stop()
    }

    @Test(arguments: [
        "<speak>Hi <break time=\"60s\"/> you</speak>", "[[h@loU]] there", "a\u{0}b", "\u{1}900P loud",
        "Hi 😀 there 👩‍👩‍👧‍👦 friend",
        "e\u{301}\u{301}\u{301}\u{301}\u{301}", "12345678901234567890123456789012345678901234567890",
        "ok \u{202E}right\u{202C} left",
        String(repeating: "supercalifragilistic", count: 20), "C++ & C# @ 50% ~ $5",
    ])
    func `Odd text is spoken literally and briefly`(_ text: String) async throws {
        let seconds = Double(try await samples(text).count) / 24_000
        #expect(seconds > 0.1 && seconds < 240)
        pool.stop()
    }

    @Test func `A break element makes no pause`() async throws {
        let seconds = Double(try await samples("<break time=\"60s\"/> you").count) / 24_000
        #expect(seconds < 15)
        pool.stop()
    }

    @Test func `Cancelling stops the library and frees it for the next`() async throws {
        let text = String(repeating: "This sentence is spoken again and again. ", count: 500)
        let tts = try speech()
        let heard = Heard()
        let task = Task {
            try await tts.synthesize(SpeechRequest(text: text, voice: "alloy")) { chunk throws(ProviderError) in
                await heard.add(chunk.samples.count)
            }
        }
        await heard.waitForSome()
        task.cancel()
        let result = await task.result
        #expect(throws: ProviderError.self) { try result.get() }
        #expect(await heard.samples < 24_000 * 60)
        #expect(try await samples("Next.").count > 2_400)
        pool.stop()
    }

    @Test func `An error of the consumer ends the synthesis`() async throws {
        let failure = ProviderError(.textToSpeech, provider: "test", .cancelled, "Enough.")
        await #expect(throws: failure) {
            try await speech().synthesize(SpeechRequest(text: Self.sentence, voice: "alloy")) {
                _ throws(ProviderError) in
                throw failure
            }
        }
        #expect(try await samples("Next.").count > 2_400)
        pool.stop()
    }

    @Test func `Two speak at once, each whole and each its own`() async throws {
        let text = Array(repeating: Self.sentence, count: 6).joined(separator: " ")
        async let first = samples(text, voice: "coral")
        async let second = samples(text, voice: "echo")
        let (coral, echo) = try await (first, second)
        #expect(Self.pitch(of: coral) > Self.pitch(of: echo) * 1.3)
        #expect(abs(coral.count - echo.count) < coral.count / 4)
        pool.stop()
    }

    @Test func `A consumer that stands still holds nobody else back`() async throws {
        let text = Array(repeating: Self.sentence, count: 20).joined(separator: " ")
        let tts = try speech()
        let heard = Heard()
        let held = Task {
            try await tts.synthesize(SpeechRequest(text: text, voice: "alloy")) { chunk throws(ProviderError) in
                await heard.add(chunk.samples.count)
                await heard.waitForRelease()
            }
        }
        await heard.waitForSome()
        #expect(try await samples(Self.sentence).count > 48_000)
        await heard.release()
        try await held.value
        #expect(await heard.samples > 24_000 * 40)
        pool.stop()
    }

    @Test func `A full pool refuses`() async throws {
        let full = BlockingPool(name: "full", threads: 1, capacity: 1)
        full.stop()
        let tts = try EspeakTTS(pool: full, logger: Logger(handler: NullLogHandler()))
        let error = await #expect(throws: ProviderError.self) {
            try await tts.synthesize(SpeechRequest(text: "Hi", voice: "alloy")) { _ throws(ProviderError) in }
        }
        #expect(error?.category == .unavailable)
        pool.stop()
    }

    /// The most common distance between like waves, as a frequency.
    private static func pitch(of samples: [Int16]) -> Double {
        var frequencies: [Double] = []
        for start in stride(from: 0, to: samples.count - 2_048, by: 4_800) {
            let window = samples[start..<start + 1_024].map { Float($0) }
            let energy = window.reduce(0) { $0 + $1 * $1 }
            guard energy > 1_024 * 1_000_000 else { continue }
            let best = (60...400).max { a, b in correlation(samples, start, a) < correlation(samples, start, b) }
            if let best { frequencies.append(24_000 / Double(best)) }
        }
        return frequencies.isEmpty ? 0 : frequencies.sorted()[frequencies.count / 2]
    }

    private static func correlation(_ samples: [Int16], _ start: Int, _ lag: Int) -> Float {
        var sum: Float = 0
        var energy: Float = 1
        for index in start..<start + 1_024 {
            sum += Float(samples[index]) * Float(samples[index + lag])
            energy += Float(samples[index + lag]) * Float(samples[index + lag])
        }
        return sum / energy.squareRoot()
    }
}

/// What a consumer heard, and a gate that holds it back.
private actor Heard {
    private(set) var samples = 0
    private var isReleased = false
    private var forSome: [CheckedContinuation<Void, Never>] = []
    private var forRelease: [CheckedContinuation<Void, Never>] = []

    func add(_ count: Int) {
        samples += count
        for waiter in forSome { waiter.resume() }
        forSome = []
    }

    func waitForSome() async {
        if samples == 0 { await withCheckedContinuation { forSome.append($0) } }
    }

    func waitForRelease() async {
        if !isReleased { await withCheckedContinuation { forRelease.append($0) } }
    }

    func release() {
        isReleased = true
        for waiter in forRelease { waiter.resume() }
        forRelease = []
    }
}
