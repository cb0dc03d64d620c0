package import Pipeline

/// The providers of one worker loop, shared by its sessions.
package struct ProviderSet: Sendable {
    /// Who hears.
    package let speechToText: FallbackSpeechToText
    /// Who thinks.
    package let languageModel: FallbackLanguageModel
    /// Who speaks.
    package let textToSpeech: FallbackTextToSpeech
    private let remote: [OpenAICompatibleEndpoint]
    private let connect: Duration

    init(
        speechToText: FallbackSpeechToText, languageModel: FallbackLanguageModel, textToSpeech: FallbackTextToSpeech,
        remote: [OpenAICompatibleEndpoint], connect: Duration
    ) {
        self.speechToText = speechToText
        self.languageModel = languageModel
        self.textToSpeech = textToSpeech
        var seen: Set<String> = []
        self.remote = remote.filter { seen.insert($0.baseURL).inserted }
        self.connect = connect
    }

    /// Opens a connection to each server, so that the first turn of a session pays for no handshake.
    ///
    /// Takes as long as the slowest server, failures included; nothing is reported.
    package func prewarm() async {
        await withDiscardingTaskGroup { group in
            for endpoint in remote {
                group.addTask { [connect] in await endpoint.prewarm(connect: connect) }
            }
        }
    }
}
