/// Which models this deployment says it serves.
package struct ModelCatalog: Sendable {
    /// What is listed when the operator named none; any other name is then accepted too.
    static let usual = ["gpt-realtime", "gpt-realtime-mini", "gpt-4o-realtime-preview", "gpt-4o-mini-realtime-preview"]

    /// The names listed, in order.
    package let names: [String]
    /// Whether only these may be used.
    package let isClosed: Bool

    /// The operator's list; an empty one leaves every name open.
    package init(_ names: [String]) {
        self.names = names.isEmpty ? Self.usual : names
        isClosed = !names.isEmpty
    }

    /// The model of a session that names none.
    package var preferred: String { names[0] }

    /// Whether a session may be opened with this name.
    package func accepts(_ name: String) -> Bool { !isClosed || names.contains(name) }
}
