import Core

/// Reads the fields of one object of a client's text, and knows its path for the error messages.
///
/// Null counts as absent except where a caller asks with `change`: clients send nulls for what they do not set.
struct ObjectReader: ~Escapable {
    let document: JSONDocument
    let object: JSONReference
    /// Empty at the top.
    let path: String

    /// - Throws: `invalid_type` if `value` is not an object.
    @_lifetime(copy document)
    init(_ document: JSONDocument, _ value: JSONReference, path: String) throws(ProtocolError) {
        guard document.kind(value) == .object else {
            throw .wrongType(path, expected: "an object", got: document.kind(value))
        }
        self.document = document
        self.object = value
        self.path = path
    }

    /// The path of the field `key`.
    func path(_ key: StaticString) -> String { path.isEmpty ? key.description : "\(path).\(key)" }

    /// The field's value, null included; nil if it is absent.
    func value(_ key: StaticString) -> JSONReference? { document.member(key, of: object) }

    /// The field's value; nil if it is absent or null.
    func given(_ key: StaticString) -> JSONReference? {
        guard let value = value(key), !document.isNull(value) else { return nil }
        return value
    }

    /// - Throws: `missing_required_parameter` if the field is absent or null.
    func required(_ key: StaticString) throws(ProtocolError) -> JSONReference {
        guard let value = given(key) else { throw .missing(path(key)) }
        return value
    }

    /// Throws `unknown_parameter` for the first field, in the client's order, that is neither in `known` nor a null in
    /// `tolerated`.
    func refuseUnknown(_ known: [StaticString], nullOnly tolerated: [StaticString] = []) throws(ProtocolError) {
        var next = document.firstMember(object)
        while let member = next {
            next = document.nextMember(member)
            if contains(known, member.key) { continue }
            if document.isNull(member.value), contains(tolerated, member.key) { continue }
            let key = ProtocolError.shortened(document.string(member.key) ?? "")
            throw .unknown(path.isEmpty ? key : "\(path).\(key)")
        }
    }

    private func contains(_ keys: [StaticString], _ key: JSONReference) -> Bool {
        for candidate in keys where document.isKey(key, candidate) { return true }
        return false
    }

    /// The object under `key`; nil if absent or null.
    @_lifetime(copy self)
    func child(_ key: StaticString) throws(ProtocolError) -> ObjectReader? {
        guard let value = given(key) else { return nil }
        return try ObjectReader(document, value, path: path(key))
    }

    /// The elements of the array under `key`, each with its path; nil if absent or null.
    func elements(_ key: StaticString, maximum: Int) throws(ProtocolError) -> [(value: JSONReference, path: String)]? {
        guard let value = given(key) else { return nil }
        return try elements(value, path(key), maximum: maximum)
    }

    /// The elements of the array `value`, each with its path.
    func elements(_ value: JSONReference, _ path: String, maximum: Int) throws(ProtocolError) -> [(
        value: JSONReference, path: String
    )] {
        guard document.kind(value) == .array else {
            throw .wrongType(path, expected: "an array", got: document.kind(value))
        }
        let elements = document.elements(value)
        guard elements.count <= maximum else { throw .tooManyElements(path, maximum: maximum, count: elements.count) }
        return elements.enumerated().map { ($1, "\(path)[\($0)]") }
    }

    /// Calls `body` with each member, null ones included, its key and its path, in the client's order.
    func forEachMember(_ body: (String, String, JSONReference) throws(ProtocolError) -> Void) throws(ProtocolError) {
        var next = document.firstMember(object)
        while let member = next {
            next = document.nextMember(member)
            let key = document.string(member.key) ?? ""
            try body(key, path.isEmpty ? key : "\(path).\(key)", member.value)
        }
    }

    /// `.keep` if absent, `.clear` if null, else what `read` makes of it.
    func change<Value>(_ key: StaticString, _ read: (JSONReference) throws(ProtocolError) -> Value)
        throws(ProtocolError)
        -> Change<Value>
    {
        guard let value = value(key) else { return .keep }
        return document.isNull(value) ? .clear : .set(try read(value))
    }
}
