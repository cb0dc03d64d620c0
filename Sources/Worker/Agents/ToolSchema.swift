package import Core

/// Compares a tool call's arguments with the JSON Schema of the tool's parameters.
///
/// The subset of JSON Schema that tool declarations use and models break: `type` (one or several), `enum`, `const`, `required`,
/// `properties`, `additionalProperties`, `items` and `anyOf`. Every other keyword allows everything.
package struct ToolSchema: Sendable {
    private let schema: JSONValue

    /// The schema of a tool's parameters.
    package init(_ schema: JSONValue) { self.schema = schema }

    /// The first thing in `arguments` that the schema does not allow, as a sentence for the model; nil: all is as it should be.
    package func violation(in arguments: JSONValue) -> String? {
        Self.violation(arguments, schema, "the arguments")
    }

    private static func violation(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> String? {
        // `true` and `{}` allow everything; `false` allows nothing.
        if schema.bool == false { return "\(place): nothing is allowed here." }
        guard schema.object != nil else { return nil }
        if let fault = typeViolation(value, schema["type"], place) { return fault }
        if let allowed = schema["enum"]?.array, !allowed.contains(where: { equal($0, value) }) {
            return "\(place): expected one of \(JSONValue.array(allowed).serialized)."
        }
        if let only = schema["const"], !equal(only, value) { return "\(place): expected \(only.serialized)." }
        if let options = schema["anyOf"]?.array, !options.isEmpty {
            let faults = options.compactMap { violation(value, $0, place) }
            if faults.count == options.count { return faults.first }
        }
        switch value {
        case .object(let members): return violation(members, schema, place)
        case .array(let elements):
            guard let items = schema["items"] else { return nil }
            return elements.enumerated().lazy.compactMap { violation($1, items, "\(place)[\($0)]") }.first
        default: return nil
        }
    }

    private static func violation(
        _ members: [String: JSONValue], _ schema: JSONValue, _ place: String
    ) -> String? {
        let prefix = place == "the arguments" ? "" : place + "."
        for name in (schema["required"]?.array ?? []).compactMap(\.string) where members[name] == nil {
            return "\(prefix)\(name): is required."
        }
        let known = schema["properties"]?.object ?? [:]
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            // A member that is not declared is subject to `additionalProperties`.
            guard let expected = known[name] ?? schema["additionalProperties"] else { continue }
            if known[name] == nil, expected.bool == false { return "\(prefix)\(name): there is no such parameter." }
            if let fault = violation(value, expected, prefix + name) { return fault }
        }
        return nil
    }

    private static func typeViolation(_ value: JSONValue, _ type: JSONValue?, _ place: String) -> String? {
        let wanted = type?.string.map { [$0] } ?? type?.array?.compactMap(\.string) ?? []
        guard !wanted.isEmpty, !wanted.contains(where: { isType($0, value) }) else { return nil }
        let got = value.typeName == "decimal" ? "number" : value.typeName
        return "\(place): expected \(wanted.joined(separator: " or ")), got \(got)."
    }

    private static func isType(_ name: String, _ value: JSONValue) -> Bool {
        switch name {
        case "null": value.isNull
        case "boolean": value.bool != nil
        case "integer": value.integer != nil
        case "number": value.number != nil
        case "string": value.string != nil
        case "array": value.array != nil
        case "object": value.object != nil
        // A type that does not exist is the declaration's fault, not the model's.
        default: true
        }
    }

    /// JSON has one kind of number: 3 and 3.0 are equal.
    private static func equal(_ a: JSONValue, _ b: JSONValue) -> Bool {
        if let a = a.number, let b = b.number { return a == b }
        return a == b
    }
}
