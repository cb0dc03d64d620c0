import Core

/// What one field of `SessionBehavior` may be: on the wire, in the environment and in the documentation.
struct BehaviorKind<Value: Sendable>: Sendable {
    /// The same rule for a text of the environment.
    let setting: ConfigurationKind<Value>
    /// The JSON Schema of the field, without description and default.
    let schema: [(key: String, value: JSONValue)]
    /// Reads a value, which is at the given path.
    let read: @Sendable (borrowing ObjectReader, JSONReference, String) throws(ProtocolError) -> Value
    /// Writes a value.
    let write: @Sendable (Value, inout JSONWriter) -> Void
    /// What null stands for; nil where null is no value and gives back what the session started with.
    var null: Value?
}

extension BehaviorKind where Value == Bool {
    /// True or false.
    static var flag: Self {
        BehaviorKind(
            setting: .boolean, schema: [("type", .string("boolean"))],
            read: { reader, value, path throws(ProtocolError) in try reader.bool(value, path) },
            write: { $1.bool($0) })
    }
}

extension BehaviorKind where Value == Int {
    /// A whole number in `range`.
    static func count(_ range: ClosedRange<Int>) -> Self {
        BehaviorKind(
            setting: .count(range), schema: Self.schema(range),
            read: { reader, value, path throws(ProtocolError) in try reader.integer(value, path, range) },
            write: { $1.integer($0) })
    }

    fileprivate static func schema(_ range: ClosedRange<Int>) -> [(key: String, value: JSONValue)] {
        [
            ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
            ("maximum", .integer(range.upperBound)),
        ]
    }
}

extension BehaviorKind where Value == Duration {
    /// A whole number of milliseconds in `range`; the field's name ends in `_ms`.
    static func milliseconds(_ range: ClosedRange<Int>) -> Self {
        BehaviorKind(
            setting: .milliseconds(range), schema: BehaviorKind<Int>.schema(range),
            read: { reader, value, path throws(ProtocolError) in
                .milliseconds(try reader.integer(value, path, range))
            },
            write: { $1.integer($0.wholeMilliseconds) })
    }
}

extension BehaviorKind where Value == Double {
    /// A decimal number in `range`.
    static func number(_ range: ClosedRange<Double>) -> Self {
        BehaviorKind(
            setting: .number(range),
            schema: [
                ("type", .string("number")), ("minimum", .number(range.lowerBound)),
                ("maximum", .number(range.upperBound)),
            ],
            read: { reader, value, path throws(ProtocolError) in try reader.decimal(value, path, range) },
            write: { $1.number($0) })
    }
}

extension BehaviorKind where Value: RawRepresentable<String> & CaseIterable {
    /// One of the words that `Value` has.
    static var choice: Self {
        BehaviorKind(
            setting: .choice,
            schema: [
                ("type", .string("string")), ("enum", .array(Value.allCases.map { .string($0.rawValue) })),
            ],
            read: { reader, value, path throws(ProtocolError) in
                try reader.choice(value, path, Array(Value.allCases))
            },
            write: { $1.string($0.rawValue) })
    }
}

extension BehaviorKind where Value == String {
    /// A text of at most `maximum` characters that is not blank.
    static func text(maximum: Int) -> Self {
        BehaviorKind(
            setting: .text(maximum: maximum), schema: Self.schema(maximum),
            read: { reader, value, path throws(ProtocolError) in try read(reader, value, path, maximum) },
            write: { $1.string($0) })
    }

    fileprivate static func schema(_ maximum: Int) -> [(key: String, value: JSONValue)] {
        [("type", .string("string")), ("minLength", .integer(1)), ("maxLength", .integer(maximum))]
    }

    fileprivate static func read(
        _ reader: borrowing ObjectReader, _ value: JSONReference, _ path: String, _ maximum: Int
    ) throws(ProtocolError) -> String {
        let text = try reader.text(value, path, maximum: maximum)
        guard text.fits(maximum) else { throw .empty(path, "string") }
        return text
    }
}

extension BehaviorKind where Value == [String] {
    /// So many texts, none of them blank, each of at most `maximum` characters.
    static func texts(_ count: ClosedRange<Int>, maximum: Int) -> Self {
        BehaviorKind(
            setting: .texts(count, maximum: maximum),
            schema: [
                ("type", .string("array")), ("minItems", .integer(count.lowerBound)),
                ("maxItems", .integer(count.upperBound)),
                ("items", .object(Dictionary(uniqueKeysWithValues: BehaviorKind<String>.schema(maximum)))),
            ],
            read: { reader, value, path throws(ProtocolError) in
                let elements = try reader.elements(value, path, maximum: count.upperBound)
                guard elements.count >= count.lowerBound else { throw .empty(path, "array") }
                var texts: [String] = []
                for (value, path) in elements {
                    texts.append(try BehaviorKind<String>.read(reader, value, path, maximum))
                }
                return texts
            },
            write: { texts, writer in writer.array(texts) { $0.string($1) } })
    }
}

extension BehaviorKind where Value == [String: String] {
    /// At most `count` texts by name: names of at most 64 characters, texts of at most `maximum`, which may be empty.
    static func named(atMost count: Int, maximum: Int) -> Self {
        BehaviorKind(
            setting: .pairs(atMost: count, maximum: maximum),
            schema: [
                ("type", .string("object")), ("maxProperties", .integer(count)),
                (
                    "additionalProperties",
                    .object(["type": .string("string"), "maxLength": .integer(maximum)])
                ),
            ],
            read: { reader, value, path throws(ProtocolError) in
                let object = try ObjectReader(reader.document, value, path: path)
                var texts: [String: String] = [:]
                try object.forEachMember { key, path, value throws(ProtocolError) in
                    guard key.fits(ProtocolLimits.metadataKeyLength) else {
                        throw .unknown(ProtocolError.shortened(path))
                    }
                    texts[key] = try object.text(value, path, maximum: maximum)
                    guard texts.count <= count else {
                        throw .tooManyMembers(object.path, maximum: count, count: texts.count)
                    }
                }
                return texts
            },
            write: { texts, writer in writer.value(.object(texts.mapValues { .string($0) })) })
    }
}

extension BehaviorKind {
    /// What `kind` takes, or null.
    static func optional<Present>(_ kind: BehaviorKind<Present>) -> Self where Value == Present? {
        BehaviorKind(
            setting: .optional(kind.setting),
            schema: kind.schema.map { member in
                member.key == "type" ? ("type", .array([member.value, .string("null")])) : member
            },
            read: { reader, value, path throws(ProtocolError) in try kind.read(reader, value, path) },
            write: { value, writer in
                if let value { kind.write(value, &writer) } else { writer.null() }
            },
            null: .some(nil))
    }
}
