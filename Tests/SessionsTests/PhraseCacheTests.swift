import Core
import EventLoops
import Observability
import Pipeline
import Sessions
import TestSupport
import Testing

@Suite("The cache of phrases") struct PhraseCacheTests {
    private let loop = VirtualTimeLoop()
    private let asked = LoopLog<SpeechRequest>()

    private func cache(limit: Int = PhraseCache.defaultLimit, store: FakeStore? = nil) -> PhraseCache {
        var speech = ScriptedTTS(loop: loop, requests: asked)
        speech.delay = .milliseconds(100)
        return PhraseCache(
            textToSpeech: speech, store: store, limit: limit, loop: loop, logger: Logger(handler: NullLogHandler()))
    }

    private func request(_ text: String, voice: String = "alloy") -> SpeechRequest {
        SpeechRequest(text: text, voice: voice)
    }

    @Test("makes a phrase once, then has it at once; another voice is another phrase")
    func once() throws {
        let cache = cache()
        let first = try #require(try loop.complete { await cache.samples(for: request("okay")) } ?? nil)
        #expect(first.count == 4 * 60 * 24)
        #expect(loop.run { cache.inMemory(request("okay")) } == first)
        #expect(loop.run { cache.inMemory(request("okay", voice: "echo")) } == nil)
        _ = try loop.complete { await cache.samples(for: request("okay")) }
        #expect(asked.values.count == 1)
    }

    @Test("does the work once for all who wait, and stops it when the last of them is gone")
    func together() {
        let cache = cache()
        let tasks = loop.run {
            (0..<3).map { _ in Task(executorPreference: loop) { await cache.samples(for: request("okay")) } }
        }
        loop.advance(by: .milliseconds(50))
        loop.run { tasks[0].cancel() }
        loop.advance(by: .seconds(1))
        #expect(asked.values.count == 1)
        #expect(loop.run { cache.inMemory(request("okay")) } != nil)

        let alone = loop.run { Task(executorPreference: loop) { await cache.samples(for: request("sure")) } }
        loop.advance(by: .milliseconds(50))
        loop.run { alone.cancel() }
        loop.advance(by: .seconds(1))
        #expect(loop.run { cache.inMemory(request("sure")) } == nil)
        #expect(loop.pendingTimers == 0)
    }

    @Test("keeps no more than its limit: what was not used for the longest time goes first")
    func limit() throws {
        let cache = cache(limit: 2 * (2 * 4 * 60 * 24 + 512))
        for text in ["okay", "sure", "okay", "well"] {
            _ = try loop.complete { await cache.samples(for: request(text)) }
        }
        #expect(loop.run { cache.inMemory(request("sure")) } == nil)
        #expect(loop.run { cache.inMemory(request("okay")) } != nil)
        #expect(loop.run { cache.inMemory(request("well")) } != nil)
    }

    @Test("refuses a phrase that is too long, and does not try again for a moment")
    func tooLong() throws {
        let cache = cache()
        let long = request(String(repeating: "long ", count: 40))
        #expect(try loop.complete { await cache.samples(for: long) } == .some(nil))
        #expect(try loop.complete { await cache.samples(for: long) } == .some(nil))
        #expect(asked.values.count == 1)
        loop.advance(by: PhraseCache.patience)
        #expect(try loop.complete { await cache.samples(for: long) } == .some(nil))
        #expect(asked.values.count == 2)
    }

    @Test("keeps what another voice speaks only until the right one may be asked again, and never in the store")
    func standIn() throws {
        let right = ScriptedStage("right", loop, [.fail(.unavailable)])
        let other = ScriptedStage("other", loop, [.say("x")])
        let voice = FallbackTextToSpeech(
            [right, other].map { .init($0, name: $0.name, mayRepeat: false) }, deadlines: .round, loop: loop)
        let store = FakeStore()
        let cache = PhraseCache(
            textToSpeech: voice, store: store, loop: loop, logger: Logger(handler: NullLogHandler()))
        _ = try loop.complete { await cache.samples(for: request("okay")) }
        #expect(loop.run { cache.inMemory(request("okay")) } != nil)
        #expect(store.files.isEmpty)
        right.play([.say("x")])
        loop.advance(by: PhraseCache.patience)
        #expect(loop.run { cache.inMemory(request("okay")) } == nil)
        _ = try loop.complete { await cache.samples(for: request("okay")) }
        #expect(right.calls.values.count == 2 && other.calls.values.count == 1)
        #expect(store.files.count == 1)
        loop.advance(by: PhraseCache.patience)
        #expect(loop.run { cache.inMemory(request("okay")) } != nil)
    }

    @Test("takes from the store what is there, and puts there what is not")
    func stored() throws {
        let store = FakeStore()
        _ = try loop.complete { [cache = cache(store: store)] in await cache.samples(for: request("okay")) }
        #expect(store.files.count == 1 && asked.values.count == 1)
        let next = cache(store: store)
        let samples = try loop.complete { await next.samples(for: request("okay")) } ?? nil
        #expect(samples?.count == 4 * 60 * 24 && asked.values.count == 1)
    }
}

/// A store in memory.
///
/// Touched on the test's thread only, since a virtual loop runs there.
private final class FakeStore: PhraseStore, @unchecked Sendable {
    private(set) var files: [String: [Int16]] = [:]
    func load(_ key: PhraseKey) async -> [Int16]? { files[key.fileName] }
    func store(_ samples: [Int16], _ key: PhraseKey) async { files[key.fileName] = samples }
}
