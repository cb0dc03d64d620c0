package import HTTPClient
import Observability
package import Pipeline

/// Makes the providers of a selection.
///
/// The one place that names their types.
package enum ProviderRegistry {
    /// The three stages as selected, each with its fallbacks and deadlines.
    ///
    /// - Parameters:
    ///   - selection: what `ProviderConfiguration.select` decided.
    ///   - httpClient: on the loop of the sessions that will use them.
    ///   - watcher: told of faults that a fallback makes up for.
    ///   - embedded: makes what runs in the worker itself; only asked for what is selected.
    /// - Returns: providers that all sessions of the loop share.
    /// - Throws: what `embedded` throws, when a model cannot be loaded.
    package static func make(
        _ selection: ProviderSelection, httpClient: HTTPClient, watcher: (any ProviderWatcher)? = nil,
        embedded: EmbeddedProviders
    ) throws -> ProviderSet {
        let deadlines = selection.deadlines
        var remote: [OpenAICompatibleEndpoint] = []
        func links<Provider: Sendable>(
            _ first: ProviderChoice, _ embedded: () throws -> Provider,
            _ make: (ProviderChoice, OpenAICompatibleEndpoint) -> Provider
        ) rethrows -> [ProviderChain<Provider>.Link] {
            try ([first] + first.fallbacks).map { choice in
                guard let service = choice.service else {
                    return ProviderChain.Link(try embedded(), name: choice.name, mayRepeat: false)
                }
                let endpoint = OpenAICompatibleEndpoint(choice.stage, service, client: httpClient)
                remote.append(endpoint)
                return ProviderChain.Link(make(choice, endpoint), name: choice.name, mayRepeat: true)
            }
        }
        let recognisers = try links(selection.speechToText, embedded.speechToText) { choice, endpoint in
            OpenAICompatibleSTT(
                endpoint: endpoint, model: choice.model, otherModels: choice.otherModels, deadlines: deadlines)
        }
        let models = try links(selection.languageModel, embedded.languageModel) { choice, endpoint in
            OpenAICompatibleLLM(endpoint: endpoint, model: choice.model, dialect: choice.dialect, deadlines: deadlines)
        }
        let voices = try links(selection.textToSpeech, embedded.textToSpeech) { choice, endpoint in
            OpenAICompatibleTTS(
                endpoint: endpoint, model: choice.model, voices: choice.speech.voices, format: choice.speech.format,
                saysMore: choice.speech.saysMore, deadlines: deadlines)
        }
        let loop = httpClient.loop
        return ProviderSet(
            speechToText: FallbackSpeechToText(recognisers, deadlines: deadlines, loop: loop, watcher: watcher),
            languageModel: FallbackLanguageModel(models, deadlines: deadlines, loop: loop, watcher: watcher),
            textToSpeech: FallbackTextToSpeech(voices, deadlines: deadlines, loop: loop, watcher: watcher),
            remote: remote, connect: deadlines.connect)
    }
}

/// Makes the providers that need no network.
package struct EmbeddedProviders: Sendable {
    /// PocketSphinx.
    package var speechToText: @Sendable () throws -> any SpeechToText
    /// The scripted demo.
    package var languageModel: @Sendable () throws -> any LanguageModel
    /// espeak-ng.
    package var textToSpeech: @Sendable () throws -> any TextToSpeech

    /// Factories, each called at most once, on the caller's thread.
    package init(
        speechToText: @escaping @Sendable () throws -> any SpeechToText,
        languageModel: @escaping @Sendable () throws -> any LanguageModel,
        textToSpeech: @escaping @Sendable () throws -> any TextToSpeech
    ) {
        self.speechToText = speechToText
        self.languageModel = languageModel
        self.textToSpeech = textToSpeech
    }
}
