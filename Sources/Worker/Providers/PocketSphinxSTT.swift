import Core
package import EventLoops
package import Observability
package import Pipeline

/// Speech-to-text inside the process: American English, by PocketSphinx.
///
/// It decodes while the user speaks, so that only the last bit of audio is left when the turn ends.
package struct PocketSphinxSTT: SpeechToText {
    /// As in `STT_PROVIDER`.
    package let name = "pocketsphinx"
    /// The one model that is installed.
    package let model = "en-us"
    /// It decodes as it hears.
    package let givesPartials = true

    private let pool: PocketSphinxPool
    private let threads: BlockingPool
    private let partialInterval: Int
    private let logger: Logger

    /// A recogniser; `load()` or the first turns load its decoders.
    ///
    /// - Parameters:
    ///   - configuration: models and bounds.
    ///   - threads: where the decoding happens; as many threads as decoders serve best.
    ///   - logger: told what the library reports.
    ///   - sleep: how a waiting turn waits for its deadline.
    /// - Throws: `.unavailable` when the models are not installed.
    package init(
        _ configuration: PocketSphinxConfiguration = PocketSphinxConfiguration(), threads: BlockingPool, logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) throws(ProviderError) {
        try configuration.check()
        self.threads = threads
        self.logger = logger
        partialInterval = configuration.partialInterval
        PocketSphinxReports.send(to: logger)
        pool = PocketSphinxPool(configuration, sleep: sleep) { () throws(ProviderError) in
            try await Self.block(on: threads) { () throws(ProviderError) in try PocketSphinxHandle(configuration) }
        }
    }

    /// Loads all decoders, one after another, on `threads`; to be called in the background at start.
    package func load() async throws(ProviderError) {
        try await pool.fill()
        logger.info("speech recogniser loaded", [.provider: .string(name)])
    }

    /// Turns that wait for a decoder at the moment; may be read from any thread.
    package var waitingTurns: Int { pool.waiting }

    /// Turns that have a decoder at the moment; may be read from any thread.
    package var decodersInUse: Int { pool.inUse }

    /// Transcribes one turn; audio that came while it waited for a decoder is made up for at several times its speed.
    package func transcribe(
        _ audio: AudioFeed, options: TranscriptionOptions, onPartial: (String) -> Void
    ) async throws(ProviderError) -> Transcript {
        let decoder = try await pool.take()
        do throws(ProviderError) {
            let text = try await decode(audio, with: decoder, onPartial)
            pool.giveBack(decoder)
            return Transcript(text: text)
        } catch {
            // A cancelled utterance is ended by the next `begin`; after a fault of the library the decoder is not trusted again.
            if error.category == .internal { pool.throwAway() } else { pool.giveBack(decoder) }
            throw error
        }
    }

    private func decode(
        _ audio: AudioFeed, with decoder: PocketSphinxHandle, _ onPartial: (String) -> Void
    ) async throws(ProviderError) -> String {
        try await Self.block(on: threads) { () throws(ProviderError) in try decoder.begin() }
        var lastPartial = ""
        var sincePartial = 0
        while let samples = await audio.next() {
            // Audio that waited for a decoder comes at once: in portions, so that partial results still come on the way.
            var rest = samples[...]
            while !rest.isEmpty {
                let portion = rest.prefix(partialInterval)
                rest = rest.dropFirst(portion.count)
                sincePartial += portion.count
                let wantsPartial = sincePartial >= partialInterval
                let partial = try await Self.block(on: threads) { () throws(ProviderError) -> String? in
                    try decoder.process(portion)
                    return wantsPartial ? decoder.hypothesis : nil
                }
                if Task.isCancelled { throw PocketSphinxPool.cancelled }
                guard let partial else { continue }
                sincePartial = 0
                if partial != lastPartial, !partial.isEmpty { onPartial(partial) }
                lastPartial = partial
            }
        }
        if Task.isCancelled { throw PocketSphinxPool.cancelled }
        return try await Self.block(on: threads) { () throws(ProviderError) in try decoder.end() }
    }

    /// Runs `body` on one of the threads; a pool that is full or stopped is a provider that is not available.
    private static func block<Value: Sendable>(
        on threads: BlockingPool, _ body: @escaping @Sendable () throws(ProviderError) -> Value
    ) async throws(ProviderError) -> Value {
        do {
            return try await threads.run { try body() }
        } catch let error as ProviderError {
            throw error
        } catch {
            throw ProviderError(
                .speechToText, provider: "pocketsphinx", .unavailable,
                "The worker's threads for speech recognition are busy.")
        }
    }
}
