package import Pipeline

/// What the stages of a session can do, as far as its rules depend on it.
package struct SessionCapabilities: Sendable, Equatable {
    /// The language model's name, for messages.
    package var languageModel: String
    /// Whether items may hold pictures.
    package var acceptsImages: Bool

    /// Capabilities with these values.
    package init(languageModel: String, acceptsImages: Bool) {
        self.languageModel = languageModel
        self.acceptsImages = acceptsImages
    }

    /// What this model can do.
    package init(_ model: any LanguageModel) {
        self.init(languageModel: model.model, acceptsImages: model.acceptsImages)
    }
}
