import Agents
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
    /// Names of the agents there are; nil: every name is one.
    package var agentTypes: Set<String>?
    /// Whether the client may set tools of the server.
    package var definesServerTools = false

    /// Capabilities with these values.
    package init(languageModel: String, acceptsImages: Bool, canSummarize: Bool = true, givesPartials: Bool = true) {
        self.languageModel = languageModel
        self.acceptsImages = acceptsImages
        self.canSummarize = canSummarize
        self.givesPartials = givesPartials
    }

    /// What these stages can do, and what these agents let the client do.
    package init(_ model: any LanguageModel, _ recogniser: any SpeechToText, _ agents: SessionAgents) {
        self.init(
            languageModel: model.model, acceptsImages: model.acceptsImages, canSummarize: model.canSummarize,
            givesPartials: recogniser.givesPartials)
        agentTypes = Set(agents.registry.names)
        definesServerTools = agents.definesServerTools
    }
}
