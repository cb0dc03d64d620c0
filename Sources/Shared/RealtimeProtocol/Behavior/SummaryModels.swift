package import Core

/// Which models tenants and clients may choose for their summaries: each request is made with the operator's key.
package struct SummaryModels: Sendable, Equatable {
    /// nil: every model.
    private let names: Set<String>?

    /// Every model.
    package static let all = SummaryModels(names: nil)

    private init(names: Set<String>?) { self.names = names }

    /// The one of `operators`, and the listed ones; `*` lists all.
    package init(_ list: [String], operators: SessionBehavior) {
        names = list.contains("*") ? nil : Set(list + [operators.summary.model].compactMap(\.self))
    }

    /// What the operator allows.
    package init(_ reader: ConfigurationReader) {
        self.init(reader[Settings.summaryModels], operators: SessionBehavior(reader))
    }

    /// Whether sessions may feel like this; none of these models is the one that answers.
    package func admits(_ behavior: SessionBehavior) -> Bool {
        guard let names, let model = behavior.summary.model else { return true }
        return names.contains(model)
    }

    /// Refuses what is not admitted; `path` is that of the object whose member is `summary`.
    /// - Throws: `invalid_value` with the models there are.
    package func check(_ behavior: SessionBehavior, path: String? = nil) throws(ProtocolError) {
        guard !admits(behavior), let model = behavior.summary.model else { return }
        let known = (names ?? []).sorted().map { "'\($0)', " }.joined()
        throw ProtocolError(
            .invalidValue, "Invalid value: '\(model.prefix(64))'. Supported values are: \(known)and null.",
            parameter: (path.map { $0 + "." } ?? "") + "summary.model")
    }
}
