import Core

/// One comparison of arguments with a schema, which counts its steps: about one for each value that is looked at.
struct SchemaComparison {
    /// There are no steps left.
    struct Exhausted: Error {}

    /// One step into the arguments.
    private enum Member {
        case name(String)
        case index(Int)
    }

    private var steps: Int
    /// Where in the arguments the comparison is.
    private var path: [Member] = []
    /// The number of open choices; their faults are not reported.
    private var choices = 0

    /// Steps of a look at one value and one schema, and of sorting one member.
    private static let look = 4
    /// Bytes of text that are compared in one step.
    private static let textStep = 64
    /// Options that a sentence shows.
    private static let shownOptions = 50

    init(steps: Int) { self.steps = steps }

    private mutating func spend(_ count: Int = 1) throws(Exhausted) {
        steps -= count
        guard steps >= 0 else { throw Exhausted() }
    }

    /// The first thing in `value` that `schema` does not allow.
    mutating func violation(_ value: JSONValue, _ schema: JSONValue) throws(Exhausted) -> String? {
        try spend(Self.look)
        // `true` and `{}` allow everything; `false` allows nothing.
        if schema.bool == false { return fault { "\($0): nothing is allowed here." } }
        guard case .object(let keywords) = schema else { return nil }
        if let type = keywords["type"], let fault = try typeViolation(value, type) { return fault }
        if case .array(let allowed)? = keywords["enum"], try !contains(allowed, value) {
            return fault { "\($0): expected one of \(Self.list(allowed))." }
        }
        if let only = keywords["const"], try !equal(only, value) {
            return fault { "\($0): expected \(only.serialized)." }
        }
        if case .array(let options)? = keywords["anyOf"], let fault = try violation(value, ofAny: options) {
            return fault
        }
        switch value {
        case .object(let members): return try violation(members, keywords)
        case .array(let elements):
            guard let items = keywords["items"] else { return nil }
            for (index, element) in elements.enumerated() {
                path.append(.index(index))
                if let fault = try violation(element, items) { return fault }
                path.removeLast()
            }
            return nil
        default: return nil
        }
    }

    /// The first option's fault where none of them fits.
    private mutating func violation(_ value: JSONValue, ofAny options: [JSONValue]) throws(Exhausted) -> String? {
        guard let first = options.first else { return nil }
        let depth = path.count
        choices += 1
        for option in options {
            if try violation(value, option) == nil {
                choices -= 1
                return nil
            }
            path.removeLast(path.count - depth)
        }
        choices -= 1
        return choices > 0 ? "" : try violation(value, first)
    }

    private mutating func violation(
        _ members: [String: JSONValue], _ keywords: [String: JSONValue]
    ) throws(Exhausted) -> String? {
        if case .array(let required)? = keywords["required"] {
            try spend(required.count)
            for case .string(let name) in required where members[name] == nil {
                return fault(at: name) { "\($0): is required." }
            }
        }
        var known: [String: JSONValue] = [:]
        if case .object(let properties)? = keywords["properties"] { known = properties }
        let others = keywords["additionalProperties"]
        guard !known.isEmpty || others != nil else { return nil }
        // Sorted, so that the same fault is named each time; that costs more than one step each.
        try spend(members.count * Self.look)
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            // A member that is not declared is subject to `additionalProperties`.
            guard let expected = known[name] ?? others else { continue }
            if known[name] == nil, expected.bool == false {
                return fault(at: name) { "\($0): there is no such parameter." }
            }
            path.append(.name(name))
            if let fault = try violation(value, expected) { return fault }
            path.removeLast()
        }
        return nil
    }

    private mutating func typeViolation(_ value: JSONValue, _ type: JSONValue) throws(Exhausted) -> String? {
        let wanted: [String]
        switch type {
        case .string(let name): wanted = [name]
        case .array(let names):
            try spend(names.count)
            wanted = names.compactMap(\.string)
        default: return nil
        }
        guard !wanted.isEmpty, !wanted.contains(where: { Self.isType($0, value) }) else { return nil }
        let got = value.typeName == "decimal" ? "number" : value.typeName
        return fault { "\($0): expected \(wanted.prefix(Self.shownOptions).joined(separator: " or ")), got \(got)." }
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

    private mutating func contains(_ allowed: [JSONValue], _ value: JSONValue) throws(Exhausted) -> Bool {
        for option in allowed { if try equal(option, value) { return true } }
        return false
    }

    /// JSON has one kind of number: 3 and 3.0 are equal.
    private mutating func equal(_ a: JSONValue, _ b: JSONValue) throws(Exhausted) -> Bool {
        try spend()
        switch (a, b) {
        case (.string(let a), .string(let b)):
            try spend(min(a.utf8.count, b.utf8.count) / Self.textStep)
            return a == b
        case (.array(let a), .array(let b)):
            guard a.count == b.count else { return false }
            for index in a.indices { guard try equal(a[index], b[index]) else { return false } }
            return true
        case (.object(let a), .object(let b)):
            guard a.count == b.count else { return false }
            for (name, value) in a {
                guard let other = b[name], try equal(value, other) else { return false }
            }
            return true
        default:
            if let a = a.number, let b = b.number { return a == b }
            return a == b
        }
    }

    // MARK: Sentences

    /// A fault in words, or "" inside a choice; `name` is a member of where the comparison is.
    private func fault(at name: String? = nil, _ sentence: (String) -> String) -> String {
        guard choices == 0 else { return "" }
        return sentence(place(of: name))
    }

    private func place(of name: String?) -> String {
        var place = ""
        for member in path + (name.map { [.name($0)] } ?? []) {
            switch member {
            case .name(let name): place += place.isEmpty ? name : "." + name
            case .index(let index): place += (place.isEmpty ? "the arguments" : "") + "[\(index)]"
            }
        }
        return place.isEmpty ? "the arguments" : place
    }

    /// The options as JSON, as many as help.
    private static func list(_ options: [JSONValue]) -> String {
        let text = JSONValue.array(Array(options.prefix(shownOptions))).serialized
        return options.count > shownOptions ? text + " and \(options.count - shownOptions) more" : text
    }
}
