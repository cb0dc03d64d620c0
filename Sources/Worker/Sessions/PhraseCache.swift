import Core
package import EventLoops
package import Observability
package import Pipeline

/// The audio of phrases, made once and shared by all sessions of a worker: in memory, below it in a store, else synthesised.
///
/// DESIGN. The actor lives on the sessions' loop, so that looking into the memory is a plain call. All who want a phrase that is not
/// in memory wait for the same work, which is cancelled when the last of them is gone. What fails is not tried again for
/// a moment, and what another voice speaks because the right one failed is kept no longer than that, and in memory only. Every
/// other entry depends on nothing but its key.
package actor PhraseCache {
    private struct Entry {
        let samples: [Int16]
        /// When it is to be made again; nil: never.
        let expiry: MonotonicInstant?
        var used: UInt64
    }

    private struct Work {
        let task: Task<Void, Never>
        var waiting: [Int: CheckedContinuation<[Int16]?, Never>] = [:]
    }

    private nonisolated let loop: any EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let textToSpeech: any TextToSpeech
    private let store: (any PhraseStore)?
    private let limit: Int
    private let logger: Logger
    private var entries: [PhraseKey: Entry] = [:]
    private var bytes = 0
    private var uses: UInt64 = 0
    private var working: [PhraseKey: Work] = [:]
    private var waiters = 0
    private var failures: [PhraseKey: MonotonicInstant] = [:]

    /// Enough for some 600 phrases.
    package static let defaultLimit = 16 << 20
    /// How long a phrase that the right voice could not speak is not tried again.
    package static let patience = Duration.seconds(30)
    /// Failures that are remembered; beyond it all are forgotten.
    private static let mostFailures = 1_000

    /// An empty cache that keeps at most `limit` bytes in memory; without a `store` it lasts as long as the process.
    package init(
        textToSpeech: any TextToSpeech, store: (any PhraseStore)? = nil, limit: Int = defaultLimit,
        loop: any EventLoop, logger: Logger
    ) {
        self.textToSpeech = textToSpeech
        self.store = store
        self.limit = limit
        self.loop = loop
        self.logger = logger
    }

    /// The samples at 24,000 a second if they are in memory.
    ///
    /// Must be called on the loop.
    package nonisolated func inMemory(_ request: SpeechRequest) -> [Int16]? {
        assumeIsolated { $0.look(PhraseKey(request, by: $0.textToSpeech)) }
    }

    /// The samples at 24,000 a second, from wherever they are; nil when they cannot be had, last longer than `longest`, or the
    /// calling task is cancelled.
    ///
    /// The first who wants a phrase has it made, as `work` of its session; nil: of the worker itself.
    package func samples(
        for request: SpeechRequest, atMost longest: Duration = PhraseAudio.longest, by work: ProviderWork? = nil
    ) async -> [Int16]? {
        let key = PhraseKey(request, by: textToSpeech)
        if let samples = look(key) { return samples }
        if let failed = failures[key] {
            guard loop.now - failed >= Self.patience else { return nil }
            failures[key] = nil
        }
        waiters += 1
        let waiter = waiters
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(returning: nil) }
                if working[key] == nil {
                    working[key] = Work(
                        task: Task(name: "phrase", executorPreference: loop) {
                            await self.make(key, request, longest, work)
                        })
                }
                working[key]?.waiting[waiter] = continuation
            }
        } onCancel: {
            loop.execute { self.assumeIsolated { $0.leave(waiter, key) } }
        }
    }

    private func look(_ key: PhraseKey) -> [Int16]? {
        guard let entry = entries[key] else { return nil }
        if let expiry = entry.expiry, expiry <= loop.now {
            remove(key)
            return nil
        }
        uses += 1
        entries[key]?.used = uses
        return entry.samples
    }

    /// A waiter was cancelled; with the last one the work ends.
    private func leave(_ waiter: Int, _ key: PhraseKey) {
        guard let continuation = working[key]?.waiting.removeValue(forKey: waiter) else { return }
        continuation.resume(returning: nil)
        if working[key]?.waiting.isEmpty == true { working.removeValue(forKey: key)?.task.cancel() }
    }

    private func make(
        _ key: PhraseKey, _ request: SpeechRequest, _ longest: Duration, _ work: ProviderWork?
    ) async {
        if let samples = await store?.load(key) { return finish(key, samples) }
        guard !Task.isCancelled else { return }
        do throws(ProviderError) {
            let (samples, isStandIn) = try await synthesize(request, longest, work)
            guard !Task.isCancelled else { return }
            finish(key, samples, expiry: isStandIn ? loop.now + Self.patience : nil)
            if !isStandIn { await store?.store(samples, key) }
        } catch {
            guard !Task.isCancelled else { return }
            // Nobody was asked, so nothing is known about the phrase.
            guard error.category != .budgetExceeded else { return finish(key, nil) }
            logger.warning(
                "a phrase cannot be spoken",
                [.provider: .string(error.provider), .category: .string(error.category.rawValue)])
            if failures.count >= Self.mostFailures { failures = [:] }
            failures[key] = loop.now
            finish(key, nil)
        }
    }

    private func synthesize(
        _ request: SpeechRequest, _ longest: Duration, _ work: ProviderWork?
    ) async throws(ProviderError) -> (samples: [Int16], isStandIn: Bool) {
        var samples: [Int16] = []
        var isStandIn = false
        let voice = work.map { textToSpeech.gated(by: $0) } ?? textToSpeech
        try await voice.synthesize(request) { chunk throws(ProviderError) in
            samples += chunk.samples
            isStandIn = isStandIn || chunk.isStandIn
            guard samples.count <= 24 * longest.wholeMilliseconds else {
                throw Self.tooLong(textToSpeech.name, longest)
            }
        }
        return (PhraseAudio.trimmed(samples), isStandIn)
    }

    private static func tooLong(_ provider: String, _ longest: Duration) -> ProviderError {
        ProviderError(
            .textToSpeech, provider: provider, .malformedResponse,
            "The phrase is longer than \(Int(longest.inSeconds)) s.")
    }

    private func finish(_ key: PhraseKey, _ samples: [Int16]?, expiry: MonotonicInstant? = nil) {
        if let samples { keep(Entry(samples: samples, expiry: expiry, used: 0), key) }
        let waiting = working.removeValue(forKey: key)?.waiting ?? [:]
        for (_, continuation) in waiting.sorted(by: { $0.key < $1.key }) { continuation.resume(returning: samples) }
    }

    /// Puts a phrase into memory and lets go of those that were not used for the longest time.
    private func keep(_ entry: Entry, _ key: PhraseKey) {
        guard entries[key] == nil else { return }
        uses += 1
        entries[key] = entry
        entries[key]?.used = uses
        bytes += Self.size(entry.samples)
        while bytes > limit, let oldest = entries.min(by: { $0.value.used < $1.value.used })?.key { remove(oldest) }
    }

    private func remove(_ key: PhraseKey) {
        if let removed = entries.removeValue(forKey: key) { bytes -= Self.size(removed.samples) }
    }

    /// What an entry takes: its samples, and its key by a rough measure.
    private static func size(_ samples: [Int16]) -> Int { 2 * samples.count + 512 }
}
