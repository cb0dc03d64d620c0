internal import Core
package import RealtimeProtocol

/// Values for the fields of `SessionBehavior`, made from their schema.
package enum BehaviorSamples {
    /// JSON texts that the schema of `field` allows, the least and the most of it.
    package static func values(of field: BehaviorField) -> [String] {
        let schema = Dictionary(uniqueKeysWithValues: field.schema.map { ($0.key, $0.value) })
        let isNullable = schema["type"]?.array != nil
        let values: [String] =
            switch schema["type"]?.string ?? schema["type"]?.array?.first?.string {
            case "boolean": ["true", "false"]
            case "integer", "number": [schema["minimum"], schema["maximum"]].compactMap { $0?.serialized }
            case "string": schema["enum"]?.array?.map(\.serialized) ?? [#""x""#]
            case "array" where schema["items"]?["type"] == .string("object"):
                [#"[{"name":"x","url":"https://x.example"}]"#, "[]"]
            case "array": [#"["x"]"#, #"["y","z"]"#]
            case "object": [#"{"name":"x"}"#, "{}"]
            default: []
            }
        return values + (isNullable ? ["null"] : [])
    }

    /// The text of an `antiphon` member that names `field` alone.
    package static func text(_ field: BehaviorField, _ value: String) -> String {
        #"{"\#(field.group)":{"\#(field.name)":\#(value)}}"#
    }

    /// An update of `field` alone.
    package static func update(_ field: BehaviorField, _ value: String) throws(ProtocolError) -> BehaviorUpdate {
        try BehaviorUpdate(text: Array(text(field, value).utf8).span)
    }

    /// An update of one field, drawn from all.
    package static func random(_ generator: inout some RandomNumberGenerator) -> BehaviorUpdate {
        guard let field = BehaviorField.all.randomElement(using: &generator),
            let value = (values(of: field) + ["null"]).randomElement(using: &generator),
            let update = try? update(field, value)
        else { return BehaviorUpdate() }
        return update
    }
}
