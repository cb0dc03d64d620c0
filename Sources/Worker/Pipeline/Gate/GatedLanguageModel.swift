/// A language model whose every call asks the gate first.
struct GatedLanguageModel: LanguageModel {
    let base: any LanguageModel
    let work: ProviderWork
    var name: String { base.name }
    var model: String { base.model }
    var acceptsImages: Bool { base.acceptsImages }
    var canSummarize: Bool { base.canSummarize }
    var patience: Duration { base.patience }

    /// Longest wait for room.
    private static let patience = ProviderDeadlines().firstToken

    func generate(
        _ request: LanguageModelRequest, onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        try await work.enter(.languageModel, within: Self.patience)
        return try await work.run { () async throws(ProviderError) in
            try await base.generate(request, onEvent: onEvent)
        }
    }
}

extension LanguageModel {
    /// The same model for one piece of work: each of its calls asks the gate first.
    package func gated(by work: ProviderWork) -> any LanguageModel { GatedLanguageModel(base: self, work: work) }
}
