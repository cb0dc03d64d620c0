package import Pipeline

/// What the stages of a session can do, as far as its rules depend on it.
package struct SessionCapabilities: Sendable, Equatable {
    /// The language model's name, for messages.
    package var languageModel: String
    /// Whether items may hold pictures.
    package var acceptsImages: Bool
    /// Whether the language model can summarise.
    package var canSummarize: Bool
    /// Whether partial transcripts come while the user speaks.
    package var givesPartials: Bool

    /// Capabilities with these values.
    package init(languageModel: String, acceptsImages: Bool, canSummarize: Bool = true, givesPartials: Bool = true) {
        self.languageModel = languageModel
        self.acceptsImages = acceptsImages
        self.canSummarize = canSummarize
        self.givesPartials = givesPartials
    }

    /// What these stages can do.
    package init(_ model: any LanguageModel, _ recogniser: any SpeechToText) {
        self.init(
            languageModel: model.model, acceptsImages: model.acceptsImages, canSummarize: model.canSummarize,
            givesPartials: recogniser.givesPartials)
    }
}
