package import HTTPClient
import Observability
package import Pipeline

/// Makes the providers of a selection.
///
/// The one place that names their types.
package enum ProviderRegistry {
    /// The three stages as selected.
    ///
    /// - Parameters:
    ///   - selection: what `ProviderConfiguration.select` decided.
    ///   - httpClient: on the loop of the sessions that will use them.
    ///   - embedded: makes what runs in the worker itself; only asked for what is selected.
    /// - Returns: providers that all sessions of the loop share.
    /// - Throws: what `embedded` throws, when a model cannot be loaded.
    package static func make(
        _ selection: ProviderSelection, httpClient: HTTPClient, embedded: EmbeddedProviders
    ) throws -> ProviderSet {
        let deadlines = selection.deadlines
        var remote: [OpenAICompatibleEndpoint] = []
        func endpoint(_ choice: ProviderChoice) -> OpenAICompatibleEndpoint? {
            guard let service = choice.service else { return nil }
            let endpoint = OpenAICompatibleEndpoint(choice.stage, service, client: httpClient)
            remote.append(endpoint)
            return endpoint
        }
        let (stt, llm, tts) = (selection.speechToText, selection.languageModel, selection.textToSpeech)
        let speechToText: any SpeechToText =
            try endpoint(stt).map {
                OpenAICompatibleSTT(endpoint: $0, model: stt.model, otherModels: stt.otherModels, deadlines: deadlines)
            } ?? embedded.speechToText()
        let languageModel: any LanguageModel =
            try endpoint(llm).map {
                OpenAICompatibleLLM(endpoint: $0, model: llm.model, dialect: llm.dialect, deadlines: deadlines)
            } ?? embedded.languageModel()
        let textToSpeech: any TextToSpeech =
            try endpoint(tts).map {
                OpenAICompatibleTTS(
                    endpoint: $0, model: tts.model, voices: tts.speech.voices, format: tts.speech.format,
                    deadlines: deadlines)
            } ?? embedded.textToSpeech()
        return ProviderSet(
            speechToText: speechToText, languageModel: languageModel, textToSpeech: textToSpeech, remote: remote,
            connect: deadlines.connect)
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
