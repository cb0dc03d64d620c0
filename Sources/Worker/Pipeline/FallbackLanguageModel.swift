import Core
package import EventLoops

/// A language model that is several: the first that answers in time is heard (see `ProviderChain`).
///
/// What one model has begun no other can go on with: a fault after the first piece of the answer ends the answer.
package struct FallbackLanguageModel: LanguageModel {
    /// That of the first provider.
    package let name: String
    /// That of the first provider.
    package let model: String
    /// Whether any of them sees pictures; one that sees none is not asked about any.
    package let acceptsImages: Bool
    /// Whether any of them can summarise; one that cannot is not asked to.
    package let canSummarize: Bool
    /// That of the stage, whoever answers.
    package var patience: Duration { deadlines.firstToken }
    private var chain: ProviderChain<any LanguageModel>
    private let deadlines: ProviderDeadlines

    /// Models in the order in which they are asked.
    package init(
        _ links: [ProviderChain<any LanguageModel>.Link], deadlines: ProviderDeadlines, loop: any EventLoop,
        watcher: (any ProviderWatcher)? = nil
    ) {
        chain = ProviderChain(.languageModel, links, loop: loop, watcher: watcher)
        name = links[0].provider.name
        model = links[0].provider.model
        acceptsImages = links.contains { $0.provider.acceptsImages }
        canSummarize = links.contains { $0.provider.canSummarize }
        self.deadlines = deadlines
    }

    /// Streams the answer of the first model that begins one.
    package func generate(
        _ request: LanguageModelRequest, onEvent: (LanguageModelEvent) throws(ProviderError) -> Void
    ) async throws(ProviderError) -> LanguageModelResult {
        var links = chain.order(avoiding: nil)
        if request.hasImages {
            // Those that are skipped see pictures, too.
            let seeing = links.filter(\.provider.acceptsImages)
            links = seeing.isEmpty ? chain.links.filter(\.provider.acceptsImages) : seeing
            if links.isEmpty { links = [chain.links[0]] }
        }
        if request.isSummary {
            let able = links.filter(\.provider.canSummarize)
            links = able.isEmpty ? chain.links.filter(\.provider.canSummarize) : able
            if links.isEmpty { links = [chain.links[0]] }
        }
        if request.model != nil {
            // How a model fares that a session chose says nothing about the provider that all share.
            links = links.map { .init($0.provider, name: $0.name, mayRepeat: $0.mayRepeat) }
        }
        var bounds = CallBounds(first: deadlines.firstToken, gap: deadlines.answerGap, total: deadlines.answer)
        if let repetition = request.repetition {
            bounds.first = min(bounds.first, max(repetition.firstWordBy - chain.loop.now, .zero))
            bounds.repeats = repetition.isLast ? .never : .whenLate
        }
        return try await chain.call(bounds, links) { (model, race, number) throws(ProviderError) in
            try await model.generate(request.asked(ofFirst: model.name == name)) { event throws(ProviderError) in
                race.post(.event(attempt: number, event))
            }
        } onEvent: { (event: LanguageModelEvent) async throws(ProviderError) in
            try onEvent(event)
        }
    }

    /// The same providers for one piece of work: each attempt asks the gate first.
    package func gated(by work: ProviderWork) -> any LanguageModel {
        var copy = self
        copy.chain.work = work
        return copy
    }
}

extension LanguageModelRequest {
    /// The request as the first provider gets it, or as another one does, which does not know the first one's models.
    fileprivate func asked(ofFirst isFirst: Bool) -> Self {
        var request = self
        if !isFirst { request.model = nil }
        return request
    }

    /// Whether a message holds a picture.
    fileprivate var hasImages: Bool {
        messages.contains { message in
            guard case .user(let parts) = message else { return false }
            return parts.contains { if case .image = $0 { true } else { false } }
        }
    }
}
