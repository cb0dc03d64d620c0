import Audio
import CEspeakNG
import Core
import Pipeline
import Synchronization

/// The espeak-ng of the process: the only place that calls the library.
///
/// DESIGN: libespeak-ng is one set of global variables (https://github.com/espeak-ng/espeak-ng/blob/1.51/src/include/espeak-ng/speak_lib.h):
/// a second synthesiser cannot be made and one thread may be inside at a time. Hence one object per process, made on first use
/// and kept; `turns` must be entered before `speak`, whatever thread then calls it. Audio is retrieved in synchronous mode:
/// `espeak_Synth` calls back with 60 ms at a time and returns when all is said. Nothing throws through the C frames: the
/// callback answers 1, which stops the library, when the task is cancelled or the resampler failed. Initialisation sets
/// the process's `LC_CTYPE` to C.UTF-8.
final class EspeakHandle: Sendable {
    /// Samples per second of the library's voices.
    let rate: Int
    /// The codes of all languages with a voice.
    let languages: Set<String>
    /// Who may call `speak`.
    let turns = EspeakTurns(capacity: EspeakHandle.mostWaiting)

    private struct State {
        var voice: EspeakVoice?
        var isSpeaking = false
    }
    private let state = Mutex(State())

    /// Callers that wait for a turn.
    ///
    /// A piece takes some 10 ms, so the last of them waits a few seconds at most.
    private static let mostWaiting = 256
    /// Audio per call of the callback, in milliseconds.
    private static let chunkLength: Int32 = 60
    private static let only = Result { () throws(ProviderError) in try EspeakHandle() }

    /// The one handle; the first call loads the library's data, which takes about 100 ms.
    static func shared() throws(ProviderError) -> EspeakHandle { try only.get() }

    private init() throws(ProviderError) {
        espeak_ng_InitializePath(nil)
        try Self.check(espeak_ng_Initialize(nil), "cannot read its data; is the package espeak-ng-data installed?")
        try Self.check(
            espeak_ng_InitializeOutput(ENOUTPUT_MODE_SYNCHRONOUS, Self.chunkLength, nil), "cannot start")
        rate = Int(espeak_ng_GetSampleRate())
        unsafe espeak_SetSynthCallback(receive)
        languages = Self.listLanguages()
        try load(.standard)
    }

    /// Speaks `piece` into `speech` and returns when all of it was said or the current task is cancelled.
    ///
    /// Blocks the thread; the caller's turn.
    func speak(
        _ piece: EspeakPiece, voice: EspeakVoice, wordsPerMinute: Int, into speech: EspeakSpeech
    ) throws(ProviderError) {
        let isFree = state.withLock { state in
            defer { state.isSpeaking = true }
            return !state.isSpeaking
        }
        precondition(isFree, "espeak-ng was called outside of the caller's turn")
        defer { state.withLock { $0.isSpeaking = false } }
        try load(voice)
        // A voice brings its own rate, so this comes after it.
        try Self.check(espeak_ng_SetParameter(espeakRATE, Int32(wordsPerMinute), 0), "refused the speed")
        let flags = UInt32(espeakCHARS_UTF8 | (piece.endsWithPause ? espeakENDPAUSE : 0))
        let passage = Passage(speech)
        // Sound: text and passage outlive the call, and the library keeps neither.
        let status = withExtendedLifetime(passage) {
            unsafe piece.text.withCString { text in
                unsafe espeak_ng_Synthesize(
                    text, piece.text.utf8.count + 1, 0, POS_CHARACTER, 0, flags, nil,
                    Unmanaged.passUnretained(passage).toOpaque())
            }
        }
        if let error = passage.failure.withLock({ $0 }) { throw Self.error(.internal, error.message) }
        guard status != ENS_SPEECH_STOPPED else { return }
        try Self.check(status, "could not speak")
    }

    /// Makes `voice` the current one, at the cost of reading its files if it was not.
    private func load(_ voice: EspeakVoice) throws(ProviderError) {
        guard state.withLock({ $0.voice != voice }) else { return }
        state.withLock { $0.voice = nil }
        try Self.check(unsafe espeak_ng_SetVoiceByName(voice.name), "has no such voice")
        state.withLock { $0.voice = voice }
    }

    private static func listLanguages() -> Set<String> {
        var languages: Set<String> = []
        // Sound: the library's own list, ended by NULL, unchanged while nobody else is inside.
        guard var next = unsafe espeak_ListVoices(nil) else { return [] }
        while let voice = unsafe next.pointee {
            // The first entry is a priority byte and the code itself.
            if let entry = unsafe voice.pointee.languages { languages.insert(unsafe String(cString: entry + 1)) }
            unsafe next += 1
        }
        return languages
    }

    private static func check(_ status: espeak_ng_STATUS, _ fault: String) throws(ProviderError) {
        guard status != ENS_OK else { return }
        throw error(.unavailable, "\(fault) (status \(status.rawValue))")
    }

    /// The error of this provider.
    static func error(_ category: ErrorCategory, _ fault: String) -> ProviderError {
        ProviderError(.textToSpeech, provider: EspeakTTS.name, category, "espeak-ng \(fault).")
    }
}

/// What one call of `espeak_Synth` speaks into.
private final class Passage: Sendable {
    let speech: EspeakSpeech
    let failure = Mutex<AudioError?>(nil)
    init(_ speech: EspeakSpeech) { self.speech = speech }
}

/// The library's callback: on the thread that called `speak`, within that call.
private func receive(
    _ samples: UnsafeMutablePointer<Int16>?, _ count: Int32, _ events: UnsafeMutablePointer<espeak_EVENT>?
) -> Int32 {
    let goOn: Int32 = 0
    let stop: Int32 = 1
    // Sound: each list ends with an entry that carries the user data of the call, which holds the passage until it returns.
    guard var event = unsafe events, let data = unsafe event.pointee.user_data else { return stop }
    let passage = unsafe Unmanaged<Passage>.fromOpaque(data).takeUnretainedValue()
    if Task.isCancelled { return stop }
    var words: [(scalar: Int, sample: Int)] = []
    while unsafe event.pointee.type != espeakEVENT_LIST_TERMINATED {
        if unsafe event.pointee.type == espeakEVENT_WORD {
            // Counted from 1.
            words.append(unsafe (Int(event.pointee.text_position) - 1, Int(event.pointee.sample)))
        }
        unsafe event += 1
    }
    do throws(AudioError) {
        let audio = unsafe UnsafeBufferPointer(start: samples, count: samples == nil ? 0 : max(0, Int(count)))
        try passage.speech.append(unsafe audio.span, words: words)
        return goOn
    } catch {
        passage.failure.withLock { $0 = error }
        return stop
    }
}
