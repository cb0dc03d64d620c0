import Core
package import Pipeline

/// Which provider serves each stage, and why: what the settings amount to.
///
/// `ProviderRegistry` makes the providers.
package struct ProviderSelection: Sendable {
    /// Who hears.
    package var speechToText: ProviderChoice
    /// Who thinks.
    package var languageModel: ProviderChoice
    /// Who speaks.
    package var textToSpeech: ProviderChoice
    /// How long each may take.
    package var deadlines: ProviderDeadlines
    /// Settings that have no effect, one sentence each, for a warning at the start.
    package var warnings: [String]

    /// What the worker prints for `--describe-providers` and `make run`: one line per stage.
    package var description: String {
        [speechToText, languageModel, textToSpeech].map(\.description).joined(separator: "\n")
    }
}

/// Who serves one stage.
package struct ProviderChoice: Sendable {
    /// Which stage.
    package var stage: ProviderError.Stage
    /// "groq", "pocketsphinx", and so on, as in `LLM_PROVIDER` and its like.
    package var kind: String
    /// The model's name.
    package var model: String
    /// The end of "because …": "GROQ_API_KEY is set".
    package var reason: String
    /// nil: embedded in the worker.
    package var service: ProviderService?
    /// Voices and format of text-to-speech.
    var speech = SpeechSettings(voices: OpenAICompatibleTTS.Voices(fallback: ""), format: .pcm)
    /// Dialect of a language model.
    var dialect = OpenAICompatibleLLM.Dialect()
    /// Models that a client may choose instead, for speech-to-text.
    var otherModels: Set<String> = []
    /// Who is asked when this one fails or is late, in order.
    package internal(set) var fallbacks: [ProviderChoice] = []

    struct SpeechSettings: Sendable {
        var voices: OpenAICompatibleTTS.Voices
        var format: OpenAICompatibleTTS.Format
        var saysMore = false
    }

    /// Whether it runs in the worker, without network.
    package var isEmbedded: Bool { service == nil }

    /// The provider's name in logs, metrics and errors.
    package var name: String { service?.name ?? kind }

    /// One line: stage, name, model, address, reason, and who follows.
    package var description: String {
        let line = "\(stage.rawValue.uppercased())  \(name) (\(place)), because \(reason)"
        let next = fallbacks.map { "\($0.name) (\($0.place))" }.joined(separator: ", ")
        return next.isEmpty ? line : "\(line), then \(next)"
    }

    private var place: String {
        service.map { "\(model) at \($0.baseURL.withoutUserInformation)" } ?? "\(model), embedded"
    }
}

extension String {
    /// A URL without `user:password@`.
    fileprivate var withoutUserInformation: String {
        guard let scheme = firstRange(of: "://") else { return self }
        let rest = self[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else { return self }
        return String(self[..<scheme.upperBound] + rest[rest.index(after: at)...])
    }
}
