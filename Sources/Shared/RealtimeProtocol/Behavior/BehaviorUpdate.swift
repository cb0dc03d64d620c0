import Core

/// The fields of an `antiphon` object that were named: an update of a session, or the defaults of a tenant.
///
/// Null for a field that cannot be null, for a group or for the whole gives back what the session started with.
package struct BehaviorUpdate: Sendable, Equatable {
    /// Paths of the fields that `values` has values for.
    private var named: Set<String> = []
    /// Paths of the fields that go back to what the session started with.
    private var reset: Set<String> = []
    private var values = SessionBehavior()

    /// An update that names nothing.
    package init() {}

    /// Reads a JSON text: an object, at most `ProtocolLimits.behaviorBytes` long.
    ///
    /// Members that only another version of the product knows are an error, or left out if it `mayBeNewer`.
    package init(text: Span<UInt8>, mayBeNewer: Bool = false) throws(ProtocolError) {
        var tape = JSONTape()
        do throws(JSONError) {
            try tape.parse(text, limits: JSONLimits(bytes: ProtocolLimits.behaviorBytes))
        } catch {
            throw .invalidJSON(error)
        }
        let document = JSONDocument(text, tape)
        try read(ObjectReader(document, document.root, path: ""), mayBeNewer: mayBeNewer)
    }

    /// Reads `value`, an object or null.
    init(
        _ document: JSONDocument, _ value: JSONReference, path: String, mayBeNewer: Bool = false
    ) throws(ProtocolError) {
        if document.isNull(value) {
            giveBack(BehaviorField.all)
        } else {
            try read(ObjectReader(document, value, path: path), mayBeNewer: mayBeNewer)
        }
    }

    private mutating func read(_ object: borrowing ObjectReader, mayBeNewer: Bool) throws(ProtocolError) {
        let document = object.document
        try object.forEachMember { name, path, value throws(ProtocolError) in
            guard let group = BehaviorField.groups.first(where: { $0.name == name }) else {
                if mayBeNewer { return }
                throw .unknown(ProtocolError.shortened(path))
            }
            guard !document.isNull(value) else { return giveBack(group.fields) }
            try read(group, ObjectReader(document, value, path: path), mayBeNewer: mayBeNewer)
        }
    }

    private mutating func read(
        _ group: BehaviorField.Group, _ object: borrowing ObjectReader, mayBeNewer: Bool
    ) throws(ProtocolError) {
        try object.forEachMember { name, path, value throws(ProtocolError) in
            guard let field = group.fields.first(where: { $0.name == name }) else {
                if mayBeNewer { return }
                throw .unknown(ProtocolError.shortened(path))
            }
            if try field.read(object, value, path, &values) {
                named.insert(field.path)
                reset.remove(field.path)
            } else {
                giveBack([field])
            }
        }
    }

    private mutating func giveBack(_ fields: [BehaviorField]) {
        for field in fields {
            named.remove(field.path)
            reset.insert(field.path)
            field.copy(SessionBehavior(), &values)
        }
    }

    /// What `current` becomes in a session that started with `start`.
    package func applied(to current: SessionBehavior, startedWith start: SessionBehavior) -> SessionBehavior {
        var result = current
        for field in BehaviorField.all {
            if named.contains(field.path) {
                field.copy(values, &result)
            } else if reset.contains(field.path) {
                field.copy(start, &result)
            }
        }
        return result
    }

    /// Writes an object with the fields that have values.
    func write(into writer: inout JSONWriter) {
        BehaviorField.write(values, into: &writer) { named.contains($0.path) }
    }

    /// Appends the JSON text of an object with the fields that have values.
    package func encode(into output: inout [UInt8]) {
        JSONWriter.append(to: &output) { write(into: &$0) }
    }
}
