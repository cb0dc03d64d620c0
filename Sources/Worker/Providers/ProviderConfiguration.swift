package import Core
import HTTPClient
import Pipeline

/// Chooses the provider of each stage from the settings.
///
/// Pure.
///
/// DESIGN: `STT_PROVIDER`, `LLM_PROVIDER` and `TTS_PROVIDER` decide; what they name must be usable or the start fails with a
/// sentence. On `auto` the first usable one of the stage's list below wins, the embedded provider at the end always being usable:
///
///     STT   openai-compatible (address and OPENAI_COMPATIBLE_STT_MODEL), groq, openai, pocketsphinx
///     LLM   openai-compatible (address and OPENAI_COMPATIBLE_MODEL), groq, openai, openrouter, scripted
///     TTS   openai-compatible (address and OPENAI_COMPATIBLE_TTS_MODEL), openai, groq (with GROQ_TTS_MODEL), espeak-ng
///
/// An own server comes first because nobody gives its address by accident; Groq before OpenAI because it answers sooner.
package struct ProviderConfiguration: Sendable {
    let settings: ConfigurationReader
    private(set) var problems: [String] = []
    private(set) var warnings: [String] = []

    private init(_ settings: ConfigurationReader) { self.settings = settings }

    /// The choice that `settings` amount to; throws one sentence for each stage that cannot be served as asked.
    package static func select(_ settings: ConfigurationReader) throws(ConfigurationError) -> ProviderSelection {
        var configuration = ProviderConfiguration(settings)
        let stt = configuration.choose(
            .speechToText, Settings.sttProvider, [.compatible, .groq, .openAI], embedded: "pocketsphinx", model: "en-us"
        )
        let llm = configuration.choose(
            .languageModel, Settings.llmProvider, [.compatible, .groq, .openAI, .openRouter], embedded: "scripted",
            model: "built-in demo")
        let tts = configuration.choose(
            .textToSpeech, Settings.ttsProvider, [.compatible, .openAI, .groq], embedded: "espeak-ng",
            model: "espeak-ng")
        if let key = configuration.unusableKey() { configuration.problems.append(key) }
        guard configuration.problems.isEmpty, let stt, let llm, let tts else {
            throw ConfigurationError(problems: configuration.problems)
        }
        let all = [stt, llm, tts]
        if settings[Settings.compatibleBaseURL] != nil, !all.contains(where: { $0.kind == Vendor.compatible.rawValue })
        {
            configuration.warnings.append(
                "OPENAI_COMPATIBLE_BASE_URL has no effect: no stage is set to openai-compatible, and none of "
                    + "OPENAI_COMPATIBLE_MODEL, OPENAI_COMPATIBLE_STT_MODEL and OPENAI_COMPATIBLE_TTS_MODEL is set.")
        }
        return ProviderSelection(
            speechToText: stt, languageModel: llm, textToSpeech: tts, deadlines: deadlines(settings),
            warnings: configuration.warnings)
    }

    /// Who can be reached over HTTP; the names are those of the settings.
    enum Vendor: String, CaseIterable {
        case openAI = "openai"
        case groq
        case openRouter = "openrouter"
        case compatible = "openai-compatible"
    }

    private mutating func choose(
        _ stage: ProviderError.Stage, _ option: ConfigurationOption<String>, _ candidates: [Vendor], embedded: String,
        model embeddedModel: String
    ) -> ProviderChoice? {
        let wanted = Self.aliases[settings[option]] ?? settings[option]
        let variable = option.declaration.name
        if wanted == embedded {
            return ProviderChoice(
                stage: stage, kind: embedded, model: embeddedModel, reason: "\(variable) is \(settings[option])")
        }
        guard wanted != "auto" else {
            for vendor in candidates {
                if let reason = automaticReason(vendor, stage), let service = service(vendor, stage) {
                    return choice(vendor, stage, service, reason)
                }
            }
            return ProviderChoice(
                stage: stage, kind: embedded, model: embeddedModel,
                reason: "nothing else is configured (\(candidates.map { need($0, stage) }.joined(separator: "; or ")))")
        }
        guard let vendor = Vendor(rawValue: wanted), candidates.contains(vendor) else {
            problems.append(
                "\(variable) is \(wanted), which does not serve this stage; it must be \(option.declaration.expectation)."
            )
            return nil
        }
        guard let service = service(vendor, stage), model(vendor, stage) != nil else {
            problems.append(
                "\(variable) is \(settings[option]), which needs \(need(vendor, stage)); set that, or make \(variable) "
                    + "\(option.declaration.expectation).")
            return nil
        }
        return choice(vendor, stage, service, "\(variable) is \(settings[option])")
    }

    private func choice(
        _ vendor: Vendor, _ stage: ProviderError.Stage, _ service: ProviderService, _ reason: String
    ) -> ProviderChoice {
        var choice = ProviderChoice(
            stage: stage, kind: vendor.rawValue, model: model(vendor, stage) ?? "", reason: reason, service: service)
        switch stage {
        case .speechToText: choice.otherModels = otherModels(vendor)
        case .languageModel: choice.dialect = dialect(vendor)
        case .textToSpeech: choice.speech = speech(vendor)
        }
        return choice
    }

    /// Names that other engines use for the same thing.
    private static let aliases = ["groq-whisper": "groq", "espeak": "espeak-ng"]

    private static func deadlines(_ settings: ConfigurationReader) -> ProviderDeadlines {
        var deadlines = ProviderDeadlines()
        deadlines.connect = settings[Settings.providerConnectTimeout]
        deadlines.transcript = settings[Settings.sttTimeout]
        deadlines.firstToken = settings[Settings.llmFirstTokenTimeout]
        deadlines.answerGap = settings[Settings.llmIdleTimeout]
        deadlines.answer = settings[Settings.llmTimeout]
        deadlines.firstAudio = settings[Settings.ttsFirstAudioTimeout]
        deadlines.speechGap = settings[Settings.ttsIdleTimeout]
        return deadlines
    }
}
