package import Core

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

    /// Whether it names nothing.
    package var isEmpty: Bool { named.isEmpty && reset.isEmpty }

    /// Reads a JSON text: an object, at most `ProtocolLimits.behaviorBytes` long.
    ///
    /// Another version of the product may have stored it (`isStored`): what this one does not take is then left out.
    package init(text: Span<UInt8>, isStored: Bool = false) throws(ProtocolError) {
        var tape = JSONTape()
        do throws(JSONError) {
            // Numbers may be written longer than they were read.
            let bytes = ProtocolLimits.behaviorBytes * (isStored ? 2 : 1)
            try tape.parse(text, limits: JSONLimits(bytes: bytes))
        } catch {
            throw .invalidJSON(error)
        }
        let document = JSONDocument(text, tape)
        try read(ObjectReader(document, document.root, path: ""), isStored: isStored)
    }

    /// Reads `value`, an object or null.
    init(
        _ document: JSONDocument, _ value: JSONReference, path: String, isStored: Bool = false
    ) throws(ProtocolError) {
        if document.isNull(value) {
            giveBack(BehaviorField.all)
        } else {
            try read(ObjectReader(document, value, path: path), isStored: isStored)
        }
    }

    private mutating func read(_ object: borrowing ObjectReader, isStored: Bool) throws(ProtocolError) {
        let document = object.document
        try object.forEachMember { name, path, value throws(ProtocolError) in
            guard let group = BehaviorField.groups.first(where: { $0.name == name }) else {
                if isStored { return }
                throw .unknown(ProtocolError.shortened(path))
            }
            guard !document.isNull(value) else { return giveBack(group.fields) }
            try read(group, ObjectReader(document, value, path: path), isStored: isStored)
        }
    }

    private mutating func read(
        _ group: BehaviorField.Group, _ object: borrowing ObjectReader, isStored: Bool
    ) throws(ProtocolError) {
        try object.forEachMember { name, path, value throws(ProtocolError) in
            guard let field = group.fields.first(where: { $0.name == name }) else {
                if isStored { return }
                throw .unknown(ProtocolError.shortened(path))
            }
            do throws(ProtocolError) {
                guard try field.read(object, value, path, &values) else { return giveBack([field]) }
                named.insert(field.path)
                reset.remove(field.path)
            } catch {
                guard isStored else { throw error }
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

    /// Whether tools of the server are named, which not everybody may do.
    package var namesServerTools: Bool { named.contains("agent.server_tools") }

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
    package func write(into writer: inout JSONWriter) {
        BehaviorField.write(values, into: &writer) { named.contains($0.path) }
    }

    /// Appends the JSON text of an object with the fields that have values.
    package func encode(into output: inout [UInt8]) {
        JSONWriter.append(to: &output) { write(into: &$0) }
    }
}
