import Core
import HTTPClient
import Pipeline

/// What each vendor needs, and what is particular about it.
extension ProviderConfiguration {
    /// Why `vendor` is taken for `stage` without being asked for; nil when it is not.
    func automaticReason(_ vendor: Vendor, _ stage: ProviderError.Stage) -> String? {
        switch vendor {
        case .openAI: settings[Settings.openAIKey].map { _ in "OPENAI_API_KEY is set" }
        case .openRouter: settings[Settings.openRouterKey].map { _ in "OPENROUTER_API_KEY is set" }
        case .groq:
            // Groq's speech models have to be accepted in its console first, so a key alone says nothing.
            settings[Settings.groqKey].flatMap { _ in
                stage != .textToSpeech
                    ? "GROQ_API_KEY is set"
                    : settings[Settings.groqSpeechModel].map { _ in "GROQ_API_KEY and GROQ_TTS_MODEL are set" }
            }
        case .compatible:
            compatibleAddress(stage).flatMap { address in
                explicitCompatibleModel(stage).map { _ in "\(address.variable) and \(Self.modelVariable(stage)) are set"
                }
            }
        }
    }

    /// What must be set for `vendor` to serve `stage`.
    func need(_ vendor: Vendor, _ stage: ProviderError.Stage) -> String {
        switch vendor {
        case .openAI: "OPENAI_API_KEY"
        case .groq: stage == .textToSpeech ? "GROQ_API_KEY with GROQ_TTS_MODEL" : "GROQ_API_KEY"
        case .openRouter: "OPENROUTER_API_KEY"
        case .compatible: "OPENAI_COMPATIBLE_BASE_URL with \(Self.modelVariable(stage))"
        }
    }

    /// Where `vendor` is and how to sign in; nil when what it needs is missing.
    func service(_ vendor: Vendor, _ stage: ProviderError.Stage) -> ProviderService? {
        switch vendor {
        case .openAI:
            settings[Settings.openAIKey].map {
                ProviderService(name: vendor.rawValue, baseURL: settings[Settings.openAIBaseURL], key: $0)
            }
        case .groq:
            settings[Settings.groqKey].map {
                ProviderService(name: vendor.rawValue, baseURL: settings[Settings.groqBaseURL], key: $0)
            }
        case .openRouter:
            settings[Settings.openRouterKey].map {
                ProviderService(
                    name: vendor.rawValue, baseURL: settings[Settings.openRouterBaseURL], key: $0,
                    headers: [
                        settings[Settings.openRouterSiteURL].map { HTTPHeader("HTTP-Referer", $0) },
                        settings[Settings.openRouterAppName].map { HTTPHeader("X-Title", $0) },
                    ].compactMap { $0 })
            }
        case .compatible:
            compatibleAddress(stage).map {
                ProviderService(name: settings[Settings.compatibleName], baseURL: $0.url, key: $0.key)
            }
        }
    }

    /// The model to ask for; nil when none is set and none can be guessed.
    func model(_ vendor: Vendor, _ stage: ProviderError.Stage) -> String? {
        switch (vendor, stage) {
        case (.openAI, .speechToText): settings[Settings.openAITranscriptionModel]
        case (.openAI, .languageModel): settings[Settings.openAIModel]
        case (.openAI, .textToSpeech): settings[Settings.openAISpeechModel]
        case (.groq, .speechToText): settings[Settings.groqWhisperModel]
        case (.groq, .languageModel): settings[Settings.groqModel]
        case (.groq, .textToSpeech): settings[Settings.groqSpeechModel] ?? "canopylabs/orpheus-v1-english"
        case (.openRouter, .languageModel): settings[Settings.openRouterModel]
        case (.openRouter, _): nil
        // The names that servers of this kind accept whatever they really run.
        case (.compatible, .speechToText): explicitCompatibleModel(stage) ?? "whisper-1"
        case (.compatible, .languageModel): explicitCompatibleModel(stage)
        case (.compatible, .textToSpeech): explicitCompatibleModel(stage) ?? "tts-1"
        }
    }

    func otherModels(_ vendor: Vendor) -> Set<String> {
        switch vendor {
        case .openAI: ["whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe"]
        case .groq: ["whisper-large-v3", "whisper-large-v3-turbo"]
        case .openRouter, .compatible: []
        }
    }

    func dialect(_ vendor: Vendor) -> OpenAICompatibleLLM.Dialect {
        var dialect = OpenAICompatibleLLM.Dialect()
        switch vendor {
        case .openAI:
            dialect.spelling = RequestSpelling([.maxCompletionTokens])
            dialect.reasoningEffort = settings[Settings.openAIReasoningEffort]
            dialect.extraBody = settings[Settings.openAIExtraBody]
        case .groq:
            dialect.spelling = RequestSpelling([.maxCompletionTokens, .endsWithUser])
            dialect.reasoningEffort = settings[Settings.groqReasoningEffort]
            dialect.extraBody = settings[Settings.groqExtraBody]
            // Most of its models, the default one included, read text only.
            dialect.acceptsImages = false
        case .openRouter:
            dialect.spelling = RequestSpelling([.endsWithUser])
            dialect.providerOrder = settings[Settings.openRouterProvider]
            dialect.reasoningEffort = settings[Settings.openRouterReasoningEffort]
            dialect.extraBody = settings[Settings.openRouterExtraBody]
        case .compatible:
            // Servers that people run themselves take these; those that do not say so and are understood.
            dialect.spelling = RequestSpelling([.emptyContent, .choosesByList, .endsWithUser])
            dialect.reasoningEffort = settings[Settings.compatibleReasoningEffort]
            dialect.extraBody = settings[Settings.compatibleExtraBody]
        }
        dialect.summaryEffort = settings[Settings.summaryReasoningEffort]
        dialect.summaryExtraBody = settings[Settings.summaryExtraBody]
        if let acceptsImages = settings[Settings.llmImages] { dialect.acceptsImages = acceptsImages }
        return dialect
    }

    /// What is added to requests for speech and transcripts; those for answers have it in their dialect.
    func extraBody(_ vendor: Vendor, _ stage: ProviderError.Stage) -> [String: JSONValue] {
        switch (vendor, stage) {
        case (.openAI, .speechToText): settings[Settings.openAITranscriptionExtraBody]
        case (.openAI, .textToSpeech): settings[Settings.openAISpeechExtraBody]
        case (.compatible, .speechToText): settings[Settings.compatibleTranscriptionExtraBody]
        case (.compatible, .textToSpeech): settings[Settings.compatibleSpeechExtraBody]
        default: [:]
        }
    }

    func speech(_ vendor: Vendor) -> ProviderChoice.SpeechSettings {
        typealias Voices = OpenAICompatibleTTS.Voices
        return switch vendor {
        case .openAI:
            .init(voices: Voices(fallback: settings[Settings.openAIVoice], known: Voices.openAI), format: .pcm)
        case .groq:
            .init(
                voices: Voices(
                    fallback: settings[Settings.groqVoice],
                    known: ["autumn", "diana", "hannah", "austin", "daniel", "troy"]), format: .wav)
        case .openRouter, .compatible:
            .init(
                voices: Voices(fallback: settings[Settings.compatibleVoice]),
                format: OpenAICompatibleTTS.Format(rawValue: settings[Settings.compatibleSpeechFormat]) ?? .pcm,
                saysMore: vendor == .compatible)
        }
    }

    /// A key that cannot stand in a header, as one sentence.
    func unusableKey() -> String? {
        let keys = [
            Settings.openAIKey, Settings.groqKey, Settings.openRouterKey, Settings.compatibleKey,
            Settings.compatibleTranscriptionKey, Settings.compatibleSpeechKey,
        ]
        let unusable = keys.first { option in
            settings[option]?.revealed.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ?? false
        }
        return unusable.map { "\($0.declaration.name) has a line break or another control character in it." }
    }

    private static func modelVariable(_ stage: ProviderError.Stage) -> String {
        switch stage {
        case .speechToText: Settings.compatibleTranscriptionModel.declaration.name
        case .languageModel: Settings.compatibleModel.declaration.name
        case .textToSpeech: Settings.compatibleSpeechModel.declaration.name
        }
    }

    private func explicitCompatibleModel(_ stage: ProviderError.Stage) -> String? {
        switch stage {
        case .speechToText: settings[Settings.compatibleTranscriptionModel]
        case .languageModel: settings[Settings.compatibleModel]
        case .textToSpeech: settings[Settings.compatibleSpeechModel]
        }
    }

    /// A stage with an address of its own also has a key of its own: a key is never sent to another server than its
    /// own.
    private func compatibleAddress(_ stage: ProviderError.Stage) -> (url: String, key: Secret?, variable: String)? {
        let own: (ConfigurationOption<String?>, ConfigurationOption<Secret?>)? =
            switch stage {
            case .speechToText: (Settings.compatibleTranscriptionURL, Settings.compatibleTranscriptionKey)
            case .languageModel: nil
            case .textToSpeech: (Settings.compatibleSpeechURL, Settings.compatibleSpeechKey)
            }
        if let own, let url = settings[own.0] { return (url, settings[own.1], own.0.declaration.name) }
        return settings[Settings.compatibleBaseURL].map {
            ($0, settings[Settings.compatibleKey], Settings.compatibleBaseURL.declaration.name)
        }
    }
}
