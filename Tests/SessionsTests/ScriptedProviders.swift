import Core
import EventLoops
import Pipeline

/// Speech when the window is loud.
final class LoudnessDetector: VoiceActivityDetector {
    let windowLength = 512
    func probability(of window: Span<Float>) -> Float {
        var sum: Float = 0
        for index in window.indices { sum += abs(window[index]) }
        return sum / Float(window.count) > 0.05 ? 0.9 : 0.05
    }
    func reset() {}
}

struct LoudnessDetectorFactory: VoiceActivityDetectorFactory {
    func makeDetector() -> any VoiceActivityDetector { LoudnessDetector() }
}

/// Hears a fixed text after a delay on the loop's clock, or fails.
struct ScriptedSTT: SpeechToText {
    let name = "scripted-stt"
    let model = "script"
    let loop: any EventLoop
    var delay = Duration.milliseconds(120)
    var givesPartials = true
    var text = "hello there"
    var error: ProviderError?
    /// Whether that comes before the audio is over.
    var failsAtOnce = false
    /// What is heard so far, and after how many milliseconds of audio.
    var partials: [(milliseconds: Int, text: String)] = []
    let heard: LoopLog<Int>

    func transcribe(
        _ audio: AudioFeed, options: TranscriptionOptions, onPartial: (String) -> Void
    ) async throws(ProviderError) -> Transcript {
        if failsAtOnce, let error { throw error }
        var samples = 0
        var told = 0
        while let next = await audio.next() {
            samples += next.count
            while told < partials.count, samples >= partials[told].milliseconds * 16 {
                onPartial(partials[told].text)
                told += 1
            }
        }
        if Task.isCancelled { throw ProviderError(.speechToText, provider: name, .cancelled, "Cancelled.") }
        heard.append(samples)
        do { try await loop.sleep(for: delay) } catch {
            throw ProviderError(.speechToText, provider: name, .cancelled, "Cancelled.")
        }
        if let error { throw error }
        return Transcript(text: text)
    }
}

/// Writes fixed words with a delay before each, or fails.
struct ScriptedLLM: LanguageModel {
    let name = "scripted-llm"
    let model = "script"
    let acceptsImages = true
    let loop: any EventLoop
    var delay = Duration.milliseconds(50)
    var words = ["Hello ", "to ", "you. ", "How ", "are ", "you?"]
    var failAfter: Int?
    let requests: LoopLog<LanguageModelRequest>
    let cancelled: LoopLog<MonotonicInstant>

    func generate(
        _ request: LanguageModelRequest, onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        requests.append(request)
        for (index, word) in words.enumerated() {
            if failAfter == index {
                throw ProviderError(.languageModel, provider: name, .unavailable, "The model broke.")
            }
            do { try await loop.sleep(for: delay) } catch {
                cancelled.append(loop.now)
                throw ProviderError(.languageModel, provider: name, .cancelled, "Cancelled.")
            }
            try onEvent(.textDelta(word))
        }
        return LanguageModelResult(finishReason: .stop, usage: .init(input: 11, output: words.count))
    }
}

/// Speaks 60 ms per character in 100 ms chunks, each after a delay.
struct ScriptedTTS: TextToSpeech {
    let name = "scripted-tts"
    let model = "script"
    let loop: any EventLoop
    var delay = Duration.milliseconds(30)
    /// How many milliseconds each word takes, over and over, and the words are told; empty: 60 for a character, untold.
    var wordLengths: [Int] = []
    let requests: LoopLog<SpeechRequest>

    func synthesize(
        _ request: SpeechRequest, onChunk: (SpeechChunk) async throws(ProviderError) -> Void
    ) async throws(ProviderError) {
        requests.append(request)
        var words = timings(of: request.text)
        let total = words.last?.start.wholeMilliseconds ?? request.text.count * 60
        var rest = total
        while rest > 0 {
            do { try await loop.sleep(for: delay) } catch {
                throw ProviderError(.textToSpeech, provider: name, .cancelled, "Cancelled.")
            }
            let length = min(rest, 100)
            let begun = words.prefix { $0.start < .milliseconds(total - rest + length) }
            words.removeFirst(begun.count)
            try await onChunk(SpeechChunk(samples: [Int16](repeating: 1000, count: length * 24), words: Array(begun)))
            rest -= length
        }
    }

    /// When the words of `text` begin, and as the last one the end of all.
    private func timings(of text: String) -> [WordTiming] {
        guard !wordLengths.isEmpty else { return [] }
        var (offset, time) = (0, 0)
        var timings: [WordTiming] = []
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            timings.append(WordTiming(textOffset: offset, start: .milliseconds(time)))
            offset += word.utf8.count + 1
            time += wordLengths[index % wordLengths.count]
        }
        return timings + [WordTiming(textOffset: offset, start: .milliseconds(time))]
    }
}

/// What a fake saw, in order.
///
/// Touched on the test's thread only, since a virtual loop runs there.
final class LoopLog<Value>: @unchecked Sendable {
    private(set) var values: [Value] = []
    func append(_ value: Value) { values.append(value) }
}
