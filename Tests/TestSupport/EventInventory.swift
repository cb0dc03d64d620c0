package import Core
import Foundation
package import RealtimeProtocol

/// The published types of one shape (`Tests/Fixtures/event-inventory.json`) and checks of what we send against them.
package struct EventInventory: Sendable {
    private let root: JSONValue
    private let shape: RealtimeShape
    private let objects: [String: EventSchema]
    private let events: [String: EventSchema]

    /// Fields that the vendor sends beyond its own types.
    private static let extra: Set<String> = ["object", "id", "expires_at", "cached_tokens_details"]
    private static let betaExtra: Set<String> = [
        "prompt", "include", "name", "speed", "tracing", "input_audio_noise_reduction", "voice", "eagerness",
    ]
    /// The only fields that may be null (protocol section 8.8 rule 2).
    private static let nullable: Set<String> = [
        "previous_item_id", "status_details", "usage", "metadata", "conversation_id", "transcript", "transcription",
        "noise_reduction", "turn_detection", "idle_timeout_ms", "tracing", "prompt", "include", "language", "code",
        "param", "event_id", "input_audio_transcription", "input_audio_noise_reduction", "client_secret",
    ]

    /// Reads the types of `shape`.
    package init(_ shape: RealtimeShape) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Fixtures/event-inventory.json")
        root = try JSONValue.parse(Array(Data(contentsOf: file)), limits: JSONLimits(bytes: 1 << 24, values: 1_000_000))
        self.shape = shape
        objects = (root[shape.rawValue]?["objects"]?.object ?? [:]).mapValues(EventSchema.init)
        events = (root[shape.rawValue]?["server_events"]?.object ?? [:]).mapValues(EventSchema.init)
    }

    /// The types of all server events of this shape.
    package var serverEvents: [String] { events.keys.sorted() }

    /// What is wrong with an event that a client of this shape would see; empty if nothing.
    package func faults(in event: JSONValue) -> [String] {
        let event = withoutBehavior(event)
        guard let type = event["type"]?.string else { return ["an event without type"] }
        // Only the published REST example has this one; its object is that of `updated`.
        if shape == .beta, type == "transcription_session.created" { return [] }
        guard let schema = events[type] else { return ["unknown event type \(type)"] }
        var faults = faults(
            in: event, schema: schema, at: type,
            extra: shape == .beta ? Self.extra.union(Self.betaExtra) : Self.extra)
        if shape == .beta {
            // The socket sends a null here, which the types made for REST do not know; and where the type says string, the
            // vendor sends the object back that the client sent.
            faults.removeAll { $0.contains("client_secret") || $0.contains("tool_choice is {") }
        }
        return faults + strayNulls(in: event, at: type)
    }

    /// What is wrong with an object of the class `name`, where the fields in `extra` may stand besides its own.
    package func faults(in object: JSONValue, className name: String, extra: Set<String>) -> [String] {
        guard let schema = objects[name] else { return ["unknown class \(name)"] }
        return faults(in: object, schema: schema, at: name, extra: extra)
    }

    private func faults(in object: JSONValue, schema: EventSchema, at path: String, extra: Set<String>) -> [String] {
        guard let members = object.object else { return ["\(path) is no object"] }
        var result: [String] = []
        for name in schema.required where members[name] == nil { result.append("\(path).\(name) is missing") }
        for (name, value) in members {
            guard let type = schema.types[name] else {
                if !extra.contains(name) { result.append("\(path).\(name) is not in the types") }
                continue
            }
            result += faults(in: value, type: type, at: "\(path).\(name)", extra: extra)
        }
        return result
    }

    private func faults(in value: JSONValue, type: EventSchema.Kind, at path: String, extra: Set<String>) -> [String] {
        switch type {
        case .union(let alternatives):
            var nearest: [String]?
            for alternative in alternatives {
                let result = faults(in: value, type: alternative, at: path, extra: extra)
                if result.isEmpty { return [] }
                // The alternative that comes closest says most.
                if result.count < nearest?.count ?? .max { nearest = result }
            }
            return nearest ?? []
        case .object(let name):
            guard let schema = objects[name] else { return ["\(path): unknown class \(name)"] }
            return faults(in: value, schema: schema, at: path, extra: extra)
        case .array(let element):
            guard let elements = value.array else { return ["\(path) is no array"] }
            return elements.enumerated().flatMap { faults(in: $1, type: element, at: "\(path)[\($0)]", extra: extra) }
        case .strings:
            guard let members = value.object else { return ["\(path) is no object"] }
            return members.values.allSatisfy { $0.string != nil } ? [] : ["\(path) has values that are no strings"]
        case .word(let word):
            return Self.matches(value, word) ? [] : ["\(path) is \(value.serialized.prefix(80)), not \(word)"]
        }
    }

    private static func matches(_ value: JSONValue, _ word: String) -> Bool {
        switch word {
        case "any": true
        case "null": value.isNull
        case "string": value.string != nil
        case "boolean": value.bool != nil
        case "integer": if case .integer = value { true } else { false }
        case "number": value.number != nil
        default: value.serialized == word
        }
    }

    /// An event of a session whose client named our own member, as an ordinary client would see it.
    private func withoutBehavior(_ event: JSONValue) -> JSONValue {
        guard var members = event.object else { return event }
        for name in ["session", "response"] {
            guard var member = members[name]?.object else { continue }
            member["antiphon"] = nil
            members[name] = .object(member)
        }
        return .object(members)
    }

    private func strayNulls(in value: JSONValue, at path: String) -> [String] {
        switch value {
        case .object(let members):
            members.flatMap { key, value in
                // The schema of a tool is the client's own and comes back as it was sent.
                if key == "parameters" { return [String]() }
                guard value.isNull else { return strayNulls(in: value, at: "\(path).\(key)") }
                return Self.nullable.contains(key) ? [] : ["\(path).\(key) is null"]
            }
        case .array(let elements): elements.flatMap { strayNulls(in: $0, at: path) }
        default: []
        }
    }
}
