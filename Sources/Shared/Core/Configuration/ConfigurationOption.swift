/// One setting of the product: its name, what it may be, what it is when nobody says anything, and what it is for.
///
/// `Value` is optional for a setting without default. All of them stand in `Settings`, once.
package struct ConfigurationOption<Value: Sendable>: Sendable {
    /// What is said about the setting in help, README and errors.
    package let declaration: ConfigurationDeclaration
    /// The value when neither environment nor flag gives one.
    package let whenAbsent: Value
    /// The value of a text, nil if the text does not fit.
    let parse: @Sendable (String) -> Value?

    /// A setting with a default.
    package init(
        _ name: String, _ kind: ConfigurationKind<Value>, default fallback: Value, readBy readers: ConfigurationReaders,
        _ meaning: String
    ) {
        declaration = ConfigurationDeclaration(
            name: name, expectation: kind.expectation, isSecret: kind.isSecret, defaultText: kind.render(fallback),
            meaning: meaning, readers: readers, isBoolean: kind is ConfigurationKind<Bool>,
            accepts: { kind.parse($0) != nil })
        whenAbsent = fallback
        parse = kind.parse
    }

    /// A setting that may be absent.
    package init<Present>(
        _ name: String, _ kind: ConfigurationKind<Present>, readBy readers: ConfigurationReaders, _ meaning: String
    ) where Value == Present? {
        declaration = ConfigurationDeclaration(
            name: name, expectation: kind.expectation, isSecret: kind.isSecret, defaultText: nil,
            meaning: meaning, readers: readers, isBoolean: kind is ConfigurationKind<Bool>,
            accepts: { kind.parse($0) != nil })
        whenAbsent = nil
        parse = { text in kind.parse(text).map { .some($0) } }
    }
}

/// A setting without its type: what the reader checks and what help and README show.
package struct ConfigurationDeclaration: Sendable {
    /// The name in the environment.
    package let name: String
    /// What the text must be, as the end of the sentence "must be …".
    package let expectation: String
    /// Whether the value must never be shown; a secret has no flag and may come from `NAME_FILE`.
    package let isSecret: Bool
    /// The default as text; nil when there is none.
    package let defaultText: String?
    /// One sentence: what the setting decides.
    package let meaning: String
    /// Which programs read it.
    package let readers: ConfigurationReaders
    /// Whether the flag may stand without a value.
    let isBoolean: Bool
    /// Whether a text fits the expectation.
    package let accepts: @Sendable (String) -> Bool

    /// The command-line flag: the name without `ANTIPHON_`, in lower case, with hyphens.
    package var flag: String {
        let stem = name.hasPrefix(Self.ownPrefix) ? String(name.dropFirst(Self.ownPrefix.count)) : name
        return "--" + stem.lowercased().map { $0 == "_" ? "-" : $0 }
    }

    /// The variable that names a file with the secret.
    package var fileName: String { name + "_FILE" }

    /// What every setting of our own starts with.
    static let ownPrefix = "ANTIPHON_"
}

/// The programs of the product, as far as they read settings.
package struct ConfigurationReaders: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// `antiphon-control-plane`.
    package static let controlPlane = ConfigurationReaders(rawValue: 1)
    /// `antiphon-worker`.
    package static let worker = ConfigurationReaders(rawValue: 2)
    /// The start script of `make run`.
    package static let startScript = ConfigurationReaders(rawValue: 4)
    /// Both servers.
    package static let servers: ConfigurationReaders = [.controlPlane, .worker]

    /// The programs' names, for tables.
    package var names: String {
        var names: [String] = []
        if contains(.controlPlane) { names.append("control plane") }
        if contains(.worker) { names.append("worker") }
        if contains(.startScript) { names.append("make run") }
        return names.joined(separator: ", ")
    }
}
