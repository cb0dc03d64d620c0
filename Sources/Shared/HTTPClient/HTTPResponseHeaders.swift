/// The headers of an answer; names are compared without case.
package struct HTTPResponseHeaders: Sendable {
    private var fields: [(name: String, value: String)] = []

    /// No headers.
    package init() {}

    /// The first value under `name`.
    package subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name == wanted }?.value
    }

    /// How many lines there are.
    package var count: Int { fields.count }

    mutating func append(_ name: String, _ value: String) { fields.append((name.lowercased(), value)) }
}
