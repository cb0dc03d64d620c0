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
/// `STT_FALLBACK`, `LLM_FALLBACK` and `TTS_FALLBACK` name who follows; each must be usable as well.
package struct ProviderConfiguration: Sendable {
    let settings: ConfigurationReader
    private(set) var problems: [String] = []
    private(set) var warnings: [String] = []

    private init(_ settings: ConfigurationReader) { self.settings = settings }

    /// The choice that `settings` amount to; throws one sentence for each stage that cannot be served as asked.
    package static func select(_ settings: ConfigurationReader) throws(ConfigurationError) -> ProviderSelection {
        var configuration = ProviderConfiguration(settings)
        let stt = configuration.choose(.speechToText)
        let llm = configuration.choose(.languageModel)
        let tts = configuration.choose(.textToSpeech)
        if let key = configuration.unusableKey() { configuration.problems.append(key) }
        guard configuration.problems.isEmpty, let stt, let llm, let tts else {
            throw ConfigurationError(problems: configuration.problems)
        }
        let all = [stt, llm, tts].flatMap { [$0] + $0.fallbacks }
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

    /// How one stage is configured.
    private struct StageOptions {
        let provider: ConfigurationOption<String>
        let fallback: ConfigurationOption<[String]>
        /// In the order of `auto`.
        let candidates: [Vendor]
        let embedded: String
        let embeddedModel: String
    }

    private static func options(_ stage: ProviderError.Stage) -> StageOptions {
        switch stage {
        case .speechToText:
            StageOptions(
                provider: Settings.sttProvider, fallback: Settings.sttFallback,
                candidates: [.compatible, .groq, .openAI], embedded: "pocketsphinx", embeddedModel: "en-us")
        case .languageModel:
            StageOptions(
                provider: Settings.llmProvider, fallback: Settings.llmFallback,
                candidates: [.compatible, .groq, .openAI, .openRouter], embedded: "scripted",
                embeddedModel: "built-in demo")
        case .textToSpeech:
            StageOptions(
                provider: Settings.ttsProvider, fallback: Settings.ttsFallback,
                candidates: [.compatible, .openAI, .groq], embedded: "espeak-ng", embeddedModel: "espeak-ng")
        }
    }

    private mutating func choose(_ stage: ProviderError.Stage) -> ProviderChoice? {
        let options = Self.options(stage)
        let wanted = settings[options.provider]
        var choice = wanted == "auto" ? automatic(stage, options) : named(wanted, in: options.provider, stage, options)
        for name in settings[options.fallback] {
            guard let fallback = named(name, in: options.fallback, stage, options), let first = choice else { continue }
            if ([first] + first.fallbacks).contains(where: { $0.kind == fallback.kind }) {
                problems.append(
                    "\(options.fallback.declaration.name) names \(name), which is asked before already; leave it out.")
            } else {
                choice?.fallbacks.append(fallback)
            }
        }
        return choice
    }

    private func automatic(_ stage: ProviderError.Stage, _ options: StageOptions) -> ProviderChoice {
        for vendor in options.candidates {
            if let reason = automaticReason(vendor, stage), let service = service(vendor, stage) {
                return choice(vendor, stage, service, reason)
            }
        }
        let needs = options.candidates.map { need($0, stage) }.joined(separator: "; or ")
        return ProviderChoice(
            stage: stage, kind: options.embedded, model: options.embeddedModel,
            reason: "nothing else is configured (\(needs))")
    }

    /// The provider that a setting names; nil, and a problem, when it cannot serve the stage.
    private mutating func named<Value>(
        _ name: String, in option: ConfigurationOption<Value>, _ stage: ProviderError.Stage, _ options: StageOptions
    ) -> ProviderChoice? {
        let wanted = Self.aliases[name] ?? name
        let variable = option.declaration.name
        let reason = "\(variable) \(variable.hasSuffix("FALLBACK") ? "names" : "is") \(name)"
        if wanted == options.embedded {
            return ProviderChoice(stage: stage, kind: wanted, model: options.embeddedModel, reason: reason)
        }
        guard let vendor = Vendor(rawValue: wanted), options.candidates.contains(vendor) else {
            let usable = ([options.embedded] + options.candidates.map(\.rawValue)).joined(separator: ", ")
            problems.append("\(reason), which does not serve this stage; it must be one of \(usable).")
            return nil
        }
        guard let service = service(vendor, stage), model(vendor, stage) != nil else {
            problems.append(
                "\(reason), which needs \(need(vendor, stage)); set that, or make \(options.provider.declaration.name) "
                    + "\(options.provider.declaration.expectation).")
            return nil
        }
        return choice(vendor, stage, service, reason)
    }

    private func choice(
        _ vendor: Vendor, _ stage: ProviderError.Stage, _ service: ProviderService, _ reason: String
    ) -> ProviderChoice {
        var choice = ProviderChoice(
            stage: stage, kind: vendor.rawValue, model: model(vendor, stage) ?? "", reason: reason, service: service)
        choice.service?.extraBody = extraBody(vendor, stage)
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
