package import Core

// DESIGN: `BehaviorField.all` is the one table of what `SessionBehavior` consists of. A row names a field as the wire
// does, says what it may be, and where it stands. From it come the `antiphon` member of sessions (reading, writing,
// applying), the settings of the environment, a tenant's defaults, and the tables in README and openapi.yaml.

/// One field of `SessionBehavior`: a row of the table.
package struct BehaviorField: Sendable {
    /// `group.name`, as in the `antiphon` member of a session; names of lengths of time end in `_ms`.
    package let path: String
    /// The member of `antiphon` that the field stands in.
    package let group: String
    /// The field's name within its group.
    package let name: String
    /// Its setting in the environment, and one sentence: what the field decides.
    package let declaration: ConfigurationDeclaration
    /// The JSON Schema of the field, without description and default.
    package let schema: [(key: String, value: JSONValue)]
    /// Where the value stands if each step may only lower what the step before set; else nil.
    private(set) var ceiling: (any WritableKeyPath<SessionBehavior, Int> & Sendable)?

    /// Reads a value, or what null stands for, into its place; whether there was one (null may be none).
    let read:
        @Sendable (borrowing ObjectReader, JSONReference, String, inout SessionBehavior) throws(ProtocolError) -> Bool
    /// Writes the value that the field has.
    let write: @Sendable (SessionBehavior, inout JSONWriter) -> Void
    /// Gives the field of the second the value that it has in the first.
    let copy: @Sendable (SessionBehavior, inout SessionBehavior) -> Void
    /// Whether both have the same value.
    let isEqual: @Sendable (SessionBehavior, SessionBehavior) -> Bool
    /// Gives the field the value that the environment has for it.
    let configure: @Sendable (ConfigurationReader, inout SessionBehavior) -> Void

    /// A row.
    ///
    /// - Parameters:
    ///   - path: `group.name` as on the wire.
    ///   - keyPath: where the value stands.
    ///   - kind: what it may be.
    ///   - setting: the name in the environment; without one, `ANTIPHON_GROUP_NAME`.
    ///   - meaning: one sentence: what the field decides.
    init<Value: Sendable & Equatable>(
        _ path: String, _ keyPath: any WritableKeyPath<SessionBehavior, Value> & Sendable, _ kind: BehaviorKind<Value>,
        setting: String? = nil, _ meaning: String
    ) {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        precondition(parts.count == 2, "a field's path is group.name")
        self.path = path
        (group, name) = (parts[0], parts[1])
        let option = ConfigurationOption(
            setting ?? "ANTIPHON_" + parts.joined(separator: "_").uppercased(), kind.setting,
            default: SessionBehavior()[keyPath: keyPath], readBy: .servers, meaning)
        declaration = option.declaration
        schema = kind.schema
        read = { reader, value, path, behavior throws(ProtocolError) in
            if reader.document.isNull(value) {
                guard let null = kind.null else { return false }
                behavior[keyPath: keyPath] = null
            } else {
                behavior[keyPath: keyPath] = try kind.read(reader, value, path)
            }
            return true
        }
        write = { kind.write($0[keyPath: keyPath], &$1) }
        copy = { $1[keyPath: keyPath] = $0[keyPath: keyPath] }
        isEqual = { $0[keyPath: keyPath] == $1[keyPath: keyPath] }
        configure = { $1[keyPath: keyPath] = $0[option] }
    }

    /// A row of what costs calls of providers or of tools: each step may only lower what the step before set.
    static func ceiling(
        _ path: String, _ keyPath: any WritableKeyPath<SessionBehavior, Int> & Sendable, _ kind: BehaviorKind<Int>,
        setting: String? = nil, _ meaning: String
    ) -> BehaviorField {
        var field = BehaviorField(path, keyPath, kind, setting: setting, meaning)
        field.ceiling = keyPath
        return field
    }
}

extension BehaviorField {
    /// A member of `antiphon` and its fields.
    package typealias Group = (name: String, fields: [BehaviorField])

    /// The table by group, in its order.
    package static let groups: [Group] = all.reduce(into: []) { groups, field in
        if groups.last?.name == field.group {
            groups[groups.count - 1].fields.append(field)
        } else {
            groups.append((field.group, [field]))
        }
    }

    /// Writes an object with those fields of `behavior` that `isShown` chooses; groups without any are left out.
    package static func write(
        _ behavior: SessionBehavior, into writer: inout JSONWriter,
        where isShown: (BehaviorField) -> Bool = { _ in true }
    ) {
        writer.object { writer in
            for group in groups {
                let fields = group.fields.filter(isShown)
                guard !fields.isEmpty else { continue }
                writer.key(group.name)
                writer.object { writer in
                    for field in fields {
                        writer.key(field.name)
                        field.write(behavior, &writer)
                    }
                }
            }
        }
    }
}
