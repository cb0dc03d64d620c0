extension Settings {
    static let providers =
        [
            sttProvider.declaration, llmProvider.declaration, ttsProvider.declaration, sttFallback.declaration,
            llmFallback.declaration, ttsFallback.declaration, openAIKey.declaration,
            openAIBaseURL.declaration, openAIModel.declaration, openAITranscriptionModel.declaration,
            openAISpeechModel.declaration, openAIVoice.declaration, groqKey.declaration, groqBaseURL.declaration,
            groqModel.declaration, groqReasoningEffort.declaration, groqWhisperModel.declaration,
            groqSpeechModel.declaration, groqVoice.declaration, openRouterKey.declaration,
            openRouterBaseURL.declaration,
            openRouterModel.declaration, openRouterProvider.declaration, openRouterSiteURL.declaration,
            openRouterAppName.declaration, compatibleKey.declaration, compatibleBaseURL.declaration,
            compatibleModel.declaration, compatibleName.declaration,
        ] + thinking + compatibleStages + providerTimeouts

    /// Who hears.
    package static let sttProvider = ConfigurationOption(
        "STT_PROVIDER", .choice(["auto", "pocketsphinx", "openai", "groq", "groq-whisper", "openai-compatible"]),
        default: "auto",
        readBy: .worker, "Who turns speech into text; `auto` takes the first that has a key, else the embedded one.")
    /// Who thinks.
    package static let llmProvider = ConfigurationOption(
        "LLM_PROVIDER", .choice(["auto", "scripted", "openai", "groq", "openrouter", "openai-compatible"]),
        default: "auto",
        readBy: .worker, "Who writes the answers; `auto` takes the first that has a key, else the embedded script.")
    /// Who speaks.
    package static let ttsProvider = ConfigurationOption(
        "TTS_PROVIDER", .choice(["auto", "espeak-ng", "openai", "groq", "openai-compatible"]), default: "auto",
        readBy: .worker, "Who speaks the answers; `auto` takes the first that has a key, else the embedded voice.")

    /// Who hears when the first does not.
    package static let sttFallback = ConfigurationOption(
        "STT_FALLBACK", .list, default: [], readBy: .worker,
        "Who hears when `STT_PROVIDER` fails or is late, in this order; names as there.")
    /// Who thinks when the first does not.
    package static let llmFallback = ConfigurationOption(
        "LLM_FALLBACK", .list, default: [], readBy: .worker,
        "Who writes when `LLM_PROVIDER` fails or is late, in this order; names as there.")
    /// Who speaks when the first does not.
    package static let ttsFallback = ConfigurationOption(
        "TTS_FALLBACK", .list, default: [], readBy: .worker,
        "Who speaks when `TTS_PROVIDER` fails or is late, in this order; names as there.")

    /// OpenAI's key.
    package static let openAIKey = ConfigurationOption("OPENAI_API_KEY", .secret(), readBy: .worker, "Key for OpenAI.")
    /// OpenAI's address.
    package static let openAIBaseURL = ConfigurationOption(
        "OPENAI_BASE_URL", .url("http", "https"), default: "https://api.openai.com/v1", readBy: .worker,
        "Where OpenAI's API is.")
    /// OpenAI's language model.
    package static let openAIModel = ConfigurationOption(
        "OPENAI_MODEL", .text, default: "gpt-4o-mini", readBy: .worker, "Language model at OpenAI.")
    /// OpenAI's recogniser.
    package static let openAITranscriptionModel = ConfigurationOption(
        "OPENAI_STT_MODEL", .text, default: "gpt-4o-mini-transcribe", readBy: .worker, "Speech-to-text model at OpenAI."
    )
    /// OpenAI's speaker.
    package static let openAISpeechModel = ConfigurationOption(
        "OPENAI_TTS_MODEL", .text, default: "gpt-4o-mini-tts", readBy: .worker, "Text-to-speech model at OpenAI.")
    /// OpenAI's voice.
    package static let openAIVoice = ConfigurationOption(
        "OPENAI_TTS_VOICE", .text, default: "alloy", readBy: .worker,
        "Voice at OpenAI for sessions that name none that OpenAI has.")

    /// Groq's key.
    package static let groqKey = ConfigurationOption("GROQ_API_KEY", .secret(), readBy: .worker, "Key for Groq.")
    /// Groq's address.
    package static let groqBaseURL = ConfigurationOption(
        "GROQ_BASE_URL", .url("http", "https"), default: "https://api.groq.com/openai/v1", readBy: .worker,
        "Where Groq's API is.")
    /// Groq's language model.
    package static let groqModel = ConfigurationOption(
        "GROQ_MODEL", .text, default: "openai/gpt-oss-20b", readBy: .worker, "Language model at Groq.")
    /// Groq's recogniser.
    package static let groqWhisperModel = ConfigurationOption(
        "GROQ_WHISPER_MODEL", .text, default: "whisper-large-v3", readBy: .worker, "Speech-to-text model at Groq.")
    /// How long Groq's language model thinks.
    package static let groqReasoningEffort = ConfigurationOption(
        "GROQ_REASONING_EFFORT", .choice(["none", "default", "low", "medium", "high"]), readBy: .worker,
        "How much a reasoning model at Groq thinks before it answers.")
    /// Groq's speaker.
    package static let groqSpeechModel = ConfigurationOption(
        "GROQ_TTS_MODEL", .text, readBy: .worker, "Text-to-speech model at Groq, such as canopylabs/orpheus-v1-english."
    )
    /// Groq's voice.
    package static let groqVoice = ConfigurationOption(
        "GROQ_TTS_VOICE", .text, default: "autumn", readBy: .worker,
        "Voice at Groq for sessions that name none that Groq has.")

    /// OpenRouter's key.
    package static let openRouterKey = ConfigurationOption(
        "OPENROUTER_API_KEY", .secret(), readBy: .worker, "Key for OpenRouter.")
    /// OpenRouter's address.
    package static let openRouterBaseURL = ConfigurationOption(
        "OPENROUTER_BASE_URL", .url("http", "https"), default: "https://openrouter.ai/api/v1", readBy: .worker,
        "Where OpenRouter's API is.")
    /// OpenRouter's upstream.
    package static let openRouterProvider = ConfigurationOption(
        "OPENROUTER_PROVIDER", .list, default: [], readBy: .worker,
        "Upstream providers that OpenRouter is to try, in this order.")
    /// OpenRouter's language model.
    package static let openRouterModel = ConfigurationOption(
        "OPENROUTER_MODEL", .text, default: "openai/gpt-oss-20b", readBy: .worker, "Language model at OpenRouter.")
    /// Who we are, for OpenRouter's rankings.
    package static let openRouterSiteURL = ConfigurationOption(
        "OPENROUTER_SITE_URL", .url("http", "https"), readBy: .worker, "Site named to OpenRouter.")
    /// What we are called, for OpenRouter's rankings.
    package static let openRouterAppName = ConfigurationOption(
        "OPENROUTER_APP_NAME", .text, readBy: .worker, "Application name told to OpenRouter.")

    /// Any other server's key.
    package static let compatibleKey = ConfigurationOption(
        "OPENAI_COMPATIBLE_API_KEY", .secret(), readBy: .worker,
        "Key for `OPENAI_COMPATIBLE_BASE_URL`, if it wants one.")
    /// Any other server's address.
    package static let compatibleBaseURL = ConfigurationOption(
        "OPENAI_COMPATIBLE_BASE_URL", .url("http", "https"), readBy: .worker,
        "A server that speaks OpenAI's HTTP API, for the stages set to `openai-compatible`.")
    /// Any other server's language model.
    package static let compatibleModel = ConfigurationOption(
        "OPENAI_COMPATIBLE_MODEL", .text, readBy: .worker, "Language model at `OPENAI_COMPATIBLE_BASE_URL`.")
    /// What to call any other server.
    package static let compatibleName = ConfigurationOption(
        "OPENAI_COMPATIBLE_NAME", .text, default: "openai-compatible", readBy: .worker,
        "Its name in logs, metrics and errors.")
}
