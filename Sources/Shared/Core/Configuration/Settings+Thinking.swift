/// How much language models think, and what else providers are told.
extension Settings {
    static let thinking = [
        openAIReasoningEffort.declaration, openAIExtraBody.declaration, groqExtraBody.declaration,
        openRouterReasoningEffort.declaration, openRouterExtraBody.declaration, compatibleReasoningEffort.declaration,
        compatibleExtraBody.declaration, summaryReasoningEffort.declaration, summaryExtraBody.declaration,
        openAITranscriptionExtraBody.declaration, compatibleTranscriptionExtraBody.declaration,
        openAISpeechExtraBody.declaration, compatibleSpeechExtraBody.declaration,
    ]

    /// How much the language model at OpenAI thinks.
    package static let openAIReasoningEffort = ConfigurationOption<String?>(
        "OPENAI_REASONING_EFFORT", .text, readBy: .worker,
        "How much a language model at OpenAI thinks before it answers: its `reasoning_effort`, such as `none` or `low`."
    )
    /// How much the language model at OpenRouter thinks.
    package static let openRouterReasoningEffort = ConfigurationOption<String?>(
        "OPENROUTER_REASONING_EFFORT", .text, readBy: .worker,
        "How much a language model at OpenRouter thinks before it answers: its `reasoning_effort`, such as `none` or `low`."
    )
    /// How much the language model of the openai-compatible server thinks.
    package static let compatibleReasoningEffort = ConfigurationOption<String?>(
        "OPENAI_COMPATIBLE_REASONING_EFFORT", .text, readBy: .worker,
        "How much a language model of the `openai-compatible` server thinks before it answers: its `reasoning_effort`, such as `none` or `low`."
    )
    /// Members of requests for answers to OpenAI.
    package static let openAIExtraBody = ConfigurationOption(
        "OPENAI_EXTRA_BODY", .members(except: engineMembers), default: [:], readBy: .worker,
        "JSON object whose members are added to each request for an answer to OpenAI.")
    /// Members of requests for answers to Groq.
    package static let groqExtraBody = ConfigurationOption(
        "GROQ_EXTRA_BODY", .members(except: engineMembers), default: [:], readBy: .worker,
        "JSON object whose members are added to each request for an answer to Groq.")
    /// Members of requests for answers to OpenRouter.
    package static let openRouterExtraBody = ConfigurationOption(
        "OPENROUTER_EXTRA_BODY", .members(except: engineMembers), default: [:], readBy: .worker,
        "JSON object whose members are added to each request for an answer to OpenRouter.")
    /// Members of requests for answers to the openai-compatible server.
    package static let compatibleExtraBody = ConfigurationOption(
        "OPENAI_COMPATIBLE_EXTRA_BODY", .members(except: engineMembers), default: [:], readBy: .worker,
        "JSON object whose members are added to each request for an answer to the `openai-compatible` server.")
    /// How much the model thinks that summarises.
    package static let summaryReasoningEffort = ConfigurationOption<String?>(
        "ANTIPHON_SUMMARY_REASONING_EFFORT", .text, readBy: .worker,
        "The `reasoning_effort` of summaries; by default that of answers.")
    /// Members of requests for summaries.
    package static let summaryExtraBody = ConfigurationOption(
        "ANTIPHON_SUMMARY_EXTRA_BODY", .members(except: engineMembers), default: [:], readBy: .worker,
        "JSON object whose members are added to each request for a summary, in place of those of answers of the same name."
    )

    /// Fields of uploads to OpenAI's recogniser.
    package static let openAITranscriptionExtraBody = ConfigurationOption(
        "OPENAI_STT_EXTRA_BODY", .members(except: uploadFields), default: [:], readBy: .worker,
        "JSON object whose members are added as fields to each upload for a transcript to OpenAI.")
    /// Fields of uploads to the openai-compatible recogniser.
    package static let compatibleTranscriptionExtraBody = ConfigurationOption(
        "OPENAI_COMPATIBLE_STT_EXTRA_BODY", .members(except: uploadFields), default: [:], readBy: .worker,
        "JSON object whose members are added as fields to each upload for a transcript to the `openai-compatible` server."
    )
    /// Members of requests for speech to OpenAI.
    package static let openAISpeechExtraBody = ConfigurationOption(
        "OPENAI_TTS_EXTRA_BODY", .members(except: speechMembers), default: [:], readBy: .worker,
        "JSON object whose members, such as `instructions`, are added to each request for speech to OpenAI.")
    /// Members of requests for speech to the openai-compatible server.
    package static let compatibleSpeechExtraBody = ConfigurationOption(
        "OPENAI_COMPATIBLE_TTS_EXTRA_BODY", .members(except: speechMembers), default: [:], readBy: .worker,
        "JSON object whose members are added to each request for speech to the `openai-compatible` server.")

    /// What the engine writes itself, and what stands in headers only.
    private static let engineMembers =
        [
            "model", "messages", "stream", "stream_options", "tools", "tool_choice", "parallel_tool_calls", "functions",
            "function_call", "max_tokens", "max_completion_tokens", "temperature", "reasoning_effort", "n",
        ] + credentials
    private static let uploadFields =
        ["model", "file", "response_format", "language", "prompt", "stream"] + credentials
    private static let speechMembers =
        ["model", "input", "voice", "response_format", "speed", "stream_format"] + credentials
    private static let credentials = ["api_key", "authorization"]
}
