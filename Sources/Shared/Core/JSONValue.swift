/// Untyped JSON, for what we carry but do not interpret: tool schemas, metadata, tracing, prompt variables.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The value under `key` if this is an object that has it.
    package subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// The text if this is a string.
    package var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The whole number if this is one (also `3.0`).
    package var integer: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number if this is one.
    package var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The truth value if this is one.
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The elements if this is an array.
    package var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// The members if this is an object.
    package var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }

    /// Whether this is JSON null.
    package var isNull: Bool { self == .null }

    /// The name of the JSON type for error messages, such as "string" or "integer".
    package var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "decimal"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
