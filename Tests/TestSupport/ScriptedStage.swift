package import Core
package import EventLoops
package import Pipeline
import Synchronization

/// One provider that does as its script says, the same at each call or another at each; any stage.
package final class ScriptedStage: LanguageModel, SpeechToText, TextToSpeech {
    /// What it does next.
    package enum Step: Sendable {
        case wait(Int)
        case say(String)
        case fail(ErrorCategory)
        /// Gets too many requests, and says for how many milliseconds.
        case busy(Int)
        /// Waits for ever, until it is cancelled.
        case hang
        /// Waits for a minute, whatever it is told.
        case ignore
    }
    package let name: String
    package let model = "script"
    package let acceptsImages: Bool
    package let canSummarize: Bool
    package let givesPartials = true
    private let loop: any EventLoop
    private let scripts: Mutex<[[Step]]>
    /// When it was asked, in milliseconds of the loop's time.
    package let calls = Log<Int>()
    /// What it was asked to say, how much it heard, or which of its models was asked.
    package let asked = Log<String>()
    /// When it was cancelled while it waited.
    package let cancelled = Log<Int>()

    /// A provider that plays one script at each call, the last one again and again.
    package init(
        _ name: String, _ loop: any EventLoop, _ scripts: [Step]..., acceptsImages: Bool = true,
        canSummarize: Bool = true
    ) {
        self.name = name
        self.loop = loop
        self.scripts = Mutex(scripts)
        self.acceptsImages = acceptsImages
        self.canSummarize = canSummarize
    }

    /// From now on it does this.
    package func play(_ script: [Step]) { scripts.withLock { $0 = [script] } }

    private var time: Int { (loop.now - MonotonicInstant.zero).wholeMilliseconds }

    private func play(
        _ stage: ProviderError.Stage, _ text: String, _ say: (String) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        calls.append(time)
        asked.append(text)
        let count = calls.values.count
        let script = scripts.withLock { $0[min(count, $0.count) - 1] }
        for step in script {
            switch step {
            case .wait(let milliseconds): try await sleep(.milliseconds(milliseconds), stage)
            case .say(let word): try await say(word)
            case .fail(let category): throw ProviderError(stage, provider: name, category, "As written.")
            case .busy(let milliseconds):
                throw ProviderError(
                    stage, provider: name, .rateLimited, "As written.", retryAfter: .milliseconds(milliseconds))
            case .hang: try await sleep(.seconds(100_000), stage)
            case .ignore:
                let loop = loop
                await Task(executorPreference: loop) { try? await loop.sleep(for: .seconds(60)) }.value
            }
        }
    }

    private func sleep(_ duration: Duration, _ stage: ProviderError.Stage) async throws(ProviderError) {
        do { try await loop.sleep(for: duration) } catch {
            cancelled.append(time)
            throw ProviderError(stage, provider: name, .cancelled, "Cancelled.")
        }
    }

    package func generate(
        _ request: LanguageModelRequest, onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        try await play(.languageModel, request.model ?? "") { word throws(ProviderError) in
            try onEvent(.textDelta(word))
        }
        return LanguageModelResult(finishReason: .stop)
    }

    package func transcribe(
        _ audio: AudioFeed, options: TranscriptionOptions, onPartial: (String) -> Void
    ) async throws(ProviderError) -> Transcript {
        var count = 0
        while let samples = await audio.next() { count += samples.count }
        try await play(.speechToText, "\(count)") { onPartial($0) }
        return Transcript(text: name)
    }

    /// Says each word as 100 ms of audio; a number is the place of a word in the text.
    package func synthesize(
        _ request: SpeechRequest, onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        try await play(.textToSpeech, request.text) { word throws(ProviderError) in
            let offset = Int(word).map { [WordTiming(textOffset: $0, start: .milliseconds(10))] } ?? []
            try await onChunk(SpeechChunk(samples: [Int16](repeating: 1, count: 2_400), words: offset))
        }
    }
}

/// What happened, in order.
package final class Log<Value: Sendable>: Sendable {
    private let log = Mutex<[Value]>([])
    package init() {}
    /// All of it so far.
    package var values: [Value] { log.withLock(\.self) }
    /// Adds to the end.
    package func append(_ value: Value) { log.withLock { $0.append(value) } }
}

/// Counts what a fallback makes up for.
package final class CountingWatcher: ProviderWatcher {
    private let failures = Log<ProviderError>()
    package init() {}
    package func attemptFailed(_ error: ProviderError) { failures.append(error) }
    /// "provider category" of each.
    package var names: [String] { failures.values.map { "\($0.provider) \($0.category.rawValue)" } }
}

extension ProviderDeadlines {
    /// Round numbers: 6 s to a transcript or a first word, 2 s between two, 3 s to audio, 1 s between two pieces of it.
    package static let round: Self = {
        var deadlines = ProviderDeadlines()
        deadlines.transcript = .seconds(6)
        deadlines.firstToken = .seconds(6)
        deadlines.answerGap = .seconds(2)
        deadlines.firstAudio = .seconds(3)
        deadlines.speechGap = .seconds(1)
        return deadlines
    }()
}
