import Core
import Foundation

/// The published types of both shapes (`Tests/Fixtures/event-inventory.json`) and a check of JSON values against them.
struct Inventory {
    private let root: JSONValue
    private let shape: String

    init(shape: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Fixtures/event-inventory.json")
        root = try JSONValue.parse(Array(Data(contentsOf: file)), limits: JSONLimits(bytes: 1 << 24, values: 1_000_000))
        self.shape = shape
    }

    /// The types of all server events of this shape.
    var serverEvents: [String] { root[shape]?["server_events"]?.object?.keys.sorted() ?? [] }

    /// What is wrong with a server event; empty if nothing.
    func faults(in event: JSONValue, extra: Set<String>) -> [String] {
        guard let type = event["type"]?.string, let schema = root[shape]?["server_events"]?[type] else {
            return ["unknown event type \(event["type"]?.serialized ?? "none")"]
        }
        return faults(in: event, schema: schema, at: type, extra: extra)
    }

    /// What is wrong with an object of the class `name`.
    func faults(in object: JSONValue, className name: String, extra: Set<String>) -> [String] {
        faults(in: object, type: "#\(name)", at: name, extra: extra)
    }

    private func faults(in object: JSONValue, schema: JSONValue, at path: String, extra: Set<String>) -> [String] {
        guard let members = object.object else { return ["\(path) is no object"] }
        let required = schema["required"]?.object ?? [:]
        let optional = schema["optional"]?.object ?? [:]
        var result: [String] = []
        for name in required.keys where members[name] == nil { result.append("\(path).\(name) is missing") }
        for (name, value) in members {
            guard let type = (required[name] ?? optional[name])?.string else {
                if !extra.contains(name) { result.append("\(path).\(name) is not in the types") }
                continue
            }
            result += faults(in: value, type: type, at: "\(path).\(name)", extra: extra)
        }
        return result
    }

    private func faults(in value: JSONValue, type: String, at path: String, extra: Set<String>) -> [String] {
        let alternatives = split(type)
        if alternatives.count > 1 {
            let results = alternatives.map { faults(in: value, type: $0, at: path, extra: extra) }
            if results.contains([]) { return [] }
            // The alternative that comes closest says most.
            return results.min { $0.count < $1.count } ?? []
        }
        if type.hasPrefix("#") {
            guard let schema = root[shape]?["objects"]?[String(type.dropFirst())] else {
                return ["\(path): unknown class \(type)"]
            }
            return faults(in: value, schema: schema, at: path, extra: extra)
        }
        if type.hasPrefix("[") {
            guard let elements = value.array else { return ["\(path) is no array"] }
            let element = String(type.dropFirst().dropLast())
            return elements.enumerated().flatMap { faults(in: $1, type: element, at: "\(path)[\($0)]", extra: extra) }
        }
        if type.hasPrefix("{") {
            guard let members = value.object else { return ["\(path) is no object"] }
            return members.values.allSatisfy { $0.string != nil } ? [] : ["\(path) has values that are no strings"]
        }
        let matches: Bool =
            switch type {
            case "any": true
            case "null": value.isNull
            case "string": value.string != nil
            case "boolean": value.bool != nil
            case "integer": if case .integer = value { true } else { false }
            case "number": value.number != nil
            default: value.serialized == type
            }
        return matches ? [] : ["\(path) is \(value.serialized.prefix(80)), not \(type)"]
    }

    /// The alternatives of a union, brackets respected.
    private func split(_ type: String) -> [String] {
        var result: [String] = []
        var current = ""
        var depth = 0
        for character in type {
            if "[{".contains(character) { depth += 1 }
            if "]}".contains(character) { depth -= 1 }
            if character == "|", depth == 0 {
                result.append(current.trimmingCharacters(in: .whitespaces))
                current = ""
            } else {
                current.append(character)
            }
        }
        result.append(current.trimmingCharacters(in: .whitespaces))
        return result
    }
}
