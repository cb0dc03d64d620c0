/// Header fields in order; names compare without case and are kept in lower case.
package struct HTTPFields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// One field.
    package struct Field: Sendable, Equatable {
        /// In lower case.
        package let name: String
        /// As it came, or as it is sent.
        package let value: String
    }

    /// Every field, in the order in which it came or was added.
    package private(set) var all: [Field] = []

    /// No fields.
    package init() {}

    /// The fields of the literal, in its order.
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }

    /// Adds a field behind those there are.
    package mutating func append(_ name: String, _ value: String) {
        all.append(Field(name: name.lowercased(), value: value))
    }

    /// Every value of `name` (lower case), in order.
    package func values(_ name: String) -> [String] {
        all.lazy.filter { $0.name == name }.map(\.value)
    }

    /// The first value of `name`, which must be given in lower case; setting replaces all of them, nil removes them.
    package subscript(_ name: String) -> String? {
        get { all.first { $0.name == name }?.value }
        set {
            all.removeAll { $0.name == name }
            if let newValue { append(name, newValue) }
        }
    }
}
