/// Stages of `openai-compatible` that differ from the rest, and how long every stage may take.
extension Settings {
    static let compatibleStages = [
        compatibleTranscriptionModel.declaration, compatibleTranscriptionURL.declaration,
        compatibleTranscriptionKey.declaration, compatibleSpeechModel.declaration, compatibleSpeechURL.declaration,
        compatibleSpeechKey.declaration, compatibleVoice.declaration, compatibleSpeechFormat.declaration,
    ]

    /// Any other server's recogniser.
    package static let compatibleTranscriptionModel = ConfigurationOption(
        "OPENAI_COMPATIBLE_STT_MODEL", .text, readBy: .worker, "Speech-to-text model of the `openai-compatible` server."
    )
    /// The recogniser's own address.
    package static let compatibleTranscriptionURL = ConfigurationOption(
        "OPENAI_COMPATIBLE_STT_BASE_URL", .url("http", "https"), readBy: .worker,
        "Its address for speech-to-text, if that is another than `OPENAI_COMPATIBLE_BASE_URL`.")
    /// The key for the recogniser's own address.
    package static let compatibleTranscriptionKey = ConfigurationOption(
        "OPENAI_COMPATIBLE_STT_API_KEY", .secret(), readBy: .worker, "Key for `OPENAI_COMPATIBLE_STT_BASE_URL`.")
    /// Any other server's speaker.
    package static let compatibleSpeechModel = ConfigurationOption(
        "OPENAI_COMPATIBLE_TTS_MODEL", .text, readBy: .worker, "Text-to-speech model of the `openai-compatible` server."
    )
    /// The speaker's own address.
    package static let compatibleSpeechURL = ConfigurationOption(
        "OPENAI_COMPATIBLE_TTS_BASE_URL", .url("http", "https"), readBy: .worker,
        "Its address for text-to-speech, if that is another than `OPENAI_COMPATIBLE_BASE_URL`.")
    /// The key for the speaker's own address.
    package static let compatibleSpeechKey = ConfigurationOption(
        "OPENAI_COMPATIBLE_TTS_API_KEY", .secret(), readBy: .worker, "Key for `OPENAI_COMPATIBLE_TTS_BASE_URL`.")
    /// Any other server's voice.
    package static let compatibleVoice = ConfigurationOption(
        "OPENAI_COMPATIBLE_TTS_VOICE", .text, default: "alloy", readBy: .worker,
        "Its voice for sessions that ask for one of OpenAI's; other names are passed on.")
    /// What to ask any other server for.
    package static let compatibleSpeechFormat = ConfigurationOption(
        "OPENAI_COMPATIBLE_TTS_FORMAT", .choice(["pcm", "wav"]), default: "pcm", readBy: .worker,
        "Form of its speech; `wav` for servers whose PCM has another rate than 24 kHz.")

    static let providerTimeouts = [
        providerConnectTimeout.declaration, sttTimeout.declaration, llmFirstTokenTimeout.declaration,
        llmIdleTimeout.declaration, llmTimeout.declaration, ttsFirstAudioTimeout.declaration,
        ttsIdleTimeout.declaration,
    ]

    /// How long a connection may take.
    package static let providerConnectTimeout = ConfigurationOption(
        "ANTIPHON_PROVIDER_CONNECT_TIMEOUT_MS", .milliseconds(10...60_000), default: .seconds(3), readBy: .worker,
        "Longest time to connect to a provider, name lookup and TLS included.")
    /// How long a transcript may take.
    package static let sttTimeout = ConfigurationOption(
        "ANTIPHON_STT_TIMEOUT_MS", .milliseconds(10...600_000), default: .seconds(10), readBy: .worker,
        "Longest time from the end of a turn to its transcript, fallbacks included.")
    /// How long the first word may take.
    package static let llmFirstTokenTimeout = ConfigurationOption(
        "ANTIPHON_LLM_FIRST_TOKEN_TIMEOUT_MS", .milliseconds(10...600_000), default: .seconds(8), readBy: .worker,
        "Longest time to the first word or tool call of an answer, fallbacks included; thinking counts.")
    /// How long an answer may be silent.
    package static let llmIdleTimeout = ConfigurationOption(
        "ANTIPHON_LLM_IDLE_TIMEOUT_MS", .milliseconds(10...600_000), default: .seconds(6), readBy: .worker,
        "Longest silence of the language model within an answer.")
    /// How long an answer may take.
    package static let llmTimeout = ConfigurationOption(
        "ANTIPHON_LLM_TIMEOUT_MS", .milliseconds(10...3_600_000), default: .seconds(120), readBy: .worker,
        "Longest time to the end of an answer.")
    /// How long the first audio may take.
    package static let ttsFirstAudioTimeout = ConfigurationOption(
        "ANTIPHON_TTS_FIRST_AUDIO_TIMEOUT_MS", .milliseconds(10...600_000), default: .seconds(4), readBy: .worker,
        "Longest time to the first audio of a sentence, fallbacks included.")
    /// How long speech may be silent.
    package static let ttsIdleTimeout = ConfigurationOption(
        "ANTIPHON_TTS_IDLE_TIMEOUT_MS", .milliseconds(10...600_000), default: .seconds(3), readBy: .worker,
        "Longest time without audio within a sentence.")
}
