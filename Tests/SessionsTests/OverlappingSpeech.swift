import Core
import Pipeline
import RealtimeProtocol
import Sessions

/// A conversation whose assistant speaks while the user begins to.
struct OverlappingSpeech {
    let talk: ScriptedConversation
    /// Where the user's speech began, in the session's audio.
    private(set) var onset = Duration.zero

    /// How long the detector takes to be sure of speech.
    static let debounce = 80
    static let words = "one two three four five six seven eight nine ten"

    /// The assistant has been speaking for `heard` milliseconds; nil: it has not begun.
    init(
        _ mode: InterruptionSettings.Mode, heard: Int? = 1000,
        configure: (inout SessionConfiguration) -> Void = { _ in }
    ) {
        talk = ScriptedConversation { configuration in
            configuration.behavior.interruption.mode = mode
            configuration.input.transcription = TranscriptionSettings(language: "en")
            configure(&configuration)
        }
        talk.append(500)
        talk.client(.itemCreate(.user("count"), previous: .tail))
        talk.client(.responseCreate(ResponseRequest()))
        if let heard {
            talk.spoken(Self.words, milliseconds: 4800)
            talk.finishResponse()
            talk.append(heard)
        }
        _ = talk.names()
    }

    private var elapsed: Duration { talk.now - MonotonicInstant.zero }

    /// The user begins to speak; the detector is sure after its debounce.
    mutating func begin() {
        onset = elapsed
        talk.append(Self.debounce)
        talk.input(.speechStarted(position: onset))
    }

    /// The user has been speaking until now and falls silent.
    func pause() { talk.input(.speechPaused(position: elapsed)) }

    /// The user speaks again.
    func resume() { talk.input(.speechResumed(position: elapsed)) }

    /// An utterance of `milliseconds` and the silence after it.
    mutating func say(_ milliseconds: Int, silence: Int = 500) {
        begin()
        talk.append(milliseconds - Self.debounce)
        pause()
        talk.append(silence)
        talk.input(.speechStopped)
    }

    /// The item that is being transcribed.
    var item: ItemID? {
        for case .beginTranscription(let id, _, _) in talk.actions.reversed() { return id }
        return nil
    }

    func hear(_ text: String) { if let item { talk.input(.transcriptPartial(item, text)) } }

    func hearAll(_ text: String) { if let item { talk.input(.transcriptFinal(item, Transcript(text: text))) } }

    var isInterrupted: Bool { talk.done?.status == .cancelled(.turnDetected) }

    /// How long after the user's first sound the answer was over; nil: it is not.
    var decision: Duration? { isInterrupted ? talk.time(of: "responseDone").map { $0 - onset } : nil }

    var transcriptionIsCancelled: Bool { talk.actions.contains { $0 == item.map { .cancelTranscription($0) } } }

    func count(_ name: String) -> Int { talk.events.filter { $0.name == name }.count }

    /// The last sample of each frame of the answer; they are 257 at full volume.
    var levels: [Int] {
        talk.events.compactMap { event in
            guard case .outputAudioDelta(_, let audio) = event, audio.count > 1 else { return nil }
            return Int(
                Int16(truncatingIfNeeded: UInt16(audio[audio.endIndex - 2]) | UInt16(audio[audio.endIndex - 1]) << 8))
        }
    }

    /// What the history holds of the answer.
    var history: String? {
        guard case .message(.assistant, let parts)? = talk.items.last(where: \.isAssistant)?.content,
            case .outputAudio(let text)? = parts.first
        else { return nil }
        return text
    }
}
