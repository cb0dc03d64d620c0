/// The header fields of a request, in order; names compare without regard to case.
package struct HTTPHeaders: Sendable, Equatable {
    private var fields: [Field] = []

    private struct Field: Sendable, Equatable {
        /// In lower case.
        var name: String
        var value: String
    }

    /// No fields.
    package init() {}

    /// The first value of a field.
    package subscript(_ name: String) -> String? {
        let name = name.lowercased()
        return fields.first { $0.name == name }?.value
    }

    /// All values of a field, in order.
    package func values(_ name: String) -> [String] {
        let name = name.lowercased()
        return fields.filter { $0.name == name }.map(\.value)
    }

    /// The elements of a comma-separated list field, over all its lines, without surrounding blanks and empty elements.
    package func list(_ name: String) -> [String] {
        values(name).flatMap { $0.split(separator: ",") }.map { element in
            String(element.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }.filter { !$0.isEmpty }
    }

    /// Number of field lines.
    package var count: Int { fields.count }

    mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name.lowercased(), value: value))
    }

    /// Takes a field out and returns its first value.
    mutating func remove(_ name: String) -> String? {
        let value = self[name]
        let name = name.lowercased()
        fields.removeAll { $0.name == name }
        return value
    }
}
