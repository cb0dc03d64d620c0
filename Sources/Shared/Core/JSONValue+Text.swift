extension JSONValue {
    /// The value of a JSON text: the one place where JSON becomes values.
    ///
    /// With duplicate keys the last one wins. Whole numbers that fit are `.integer`.
    package static func parse(_ text: Span<UInt8>, limits: JSONLimits = .standard) throws(JSONError) -> JSONValue {
        var tape = JSONTape()
        try tape.parse(text, limits: limits)
        let document = JSONDocument(text, tape)
        return document.value(document.root)
    }

    /// The value of a JSON text.
    package static func parse(_ text: [UInt8], limits: JSONLimits = .standard) throws(JSONError) -> JSONValue {
        try parse(text.span, limits: limits)
    }

    /// The value of a JSON text.
    package static func parse(_ text: String, limits: JSONLimits = .standard) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8).span, limits: limits)
    }

    /// Appends this value as JSON text without white space; object keys are sorted, so equal values give equal bytes.
    package func serialize(into output: inout [UInt8]) {
        JSONWriter.append(to: &output) { $0.value(self) }
    }

    /// This value as JSON text, as `serialize(into:)` writes it.
    package var serialized: String {
        var bytes: [UInt8] = []
        serialize(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
