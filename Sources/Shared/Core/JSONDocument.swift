/// A view of a text that `JSONTape` has read: the text and its nodes.
///
/// Nothing in it can fail or trap on any text that was accepted. Values are named by `JSONReference`s, which are only
/// meaningful for the document that gave them.
package struct JSONDocument: ~Escapable {
    private let bytes: Span<UInt8>
    private let nodes: Span<JSONTape.Node>

    /// A view of `tape`, which must be the result of reading exactly `bytes`.
    @_lifetime(copy bytes, borrow tape)
    package init(_ bytes: Span<UInt8>, _ tape: borrowing JSONTape) {
        self.bytes = bytes
        self.nodes = tape.nodes.span
    }

    /// The outermost value.
    package var root: JSONReference { JSONReference(index: 0) }

    /// What `value` is.
    package func kind(_ value: JSONReference) -> JSONTape.Kind { nodes[value.index].kind }

    /// Whether `value` is null.
    package func isNull(_ value: JSONReference) -> Bool { kind(value) == .null }

    /// The first member of an object; nil if it is empty or no object.
    package func firstMember(_ object: JSONReference) -> JSONMember? {
        kind(object) == .object ? member(at: object.index + 1, in: object) : nil
    }

    /// The member after `member`; nil at the end.
    package func nextMember(_ member: JSONMember) -> JSONMember? {
        self.member(at: Int(nodes[member.value.index].next), in: member.object)
    }

    private func member(at index: Int, in object: JSONReference) -> JSONMember? {
        guard index < Int(nodes[object.index].next) else { return nil }
        return JSONMember(object: object, key: JSONReference(index: index), value: JSONReference(index: index + 1))
    }

    /// The value under `key`; with duplicate keys the last one, as JavaScript and Python read them.
    package func member(_ key: StaticString, of object: JSONReference) -> JSONReference? {
        var result: JSONReference?
        var next = firstMember(object)
        while let member = next {
            if isKey(member.key, key) { result = member.value }
            next = nextMember(member)
        }
        return result
    }

    /// Whether the string `value` is `text`, escapes read.
    package func isKey(_ value: JSONReference, _ text: StaticString) -> Bool {
        if let raw = unescapedBytes(value) { return raw.equals(text) }
        return string(value).map { $0 == text.description } ?? false
    }

    /// The elements of an array; empty if it is none.
    package func elements(_ array: JSONReference) -> [JSONReference] {
        guard kind(array) == .array else { return [] }
        var result: [JSONReference] = []
        var index = array.index + 1
        let end = Int(nodes[array.index].next)
        while index < end {
            result.append(JSONReference(index: index))
            index = Int(nodes[index].next)
        }
        return result
    }

    /// The bytes of a string without escapes, in place; nil if it has escapes or is no string.
    @_lifetime(copy self)
    package func unescapedBytes(_ value: JSONReference) -> Span<UInt8>? {
        let node = nodes[value.index]
        guard node.kind == .string, !node.isEscaped else { return nil }
        return bytes.extracting(Int(node.start)..<Int(node.end))
    }

    /// The bytes of the text that make up `value`; for strings without the quotes, escapes and all.
    package func rawRange(_ value: JSONReference) -> Range<Int> {
        let node = nodes[value.index]
        return Int(node.start)..<Int(node.end)
    }

    /// The text of a string; nil for anything else.
    ///
    /// A `\u` escape of half a surrogate pair reads as U+FFFD.
    package func string(_ value: JSONReference) -> String? {
        let node = nodes[value.index]
        guard node.kind == .string else { return nil }
        let content = bytes.extracting(Int(node.start)..<Int(node.end))
        guard node.isEscaped else { return String(decoding: content) }
        var unescaped: [UInt8] = []
        unescaped.reserveCapacity(content.count)
        content.appendUnescaped(to: &unescaped)
        return String(decoding: unescaped, as: UTF8.self)
    }

    /// The truth value; nil for anything else.
    package func bool(_ value: JSONReference) -> Bool? {
        switch kind(value) {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// A number with its type: `.integer` if it is whole and fits, else `.number`; nil for anything else.
    package func number(_ value: JSONReference) -> JSONValue? {
        let node = nodes[value.index]
        guard node.kind == .integer || node.kind == .number else { return nil }
        let text = String(decoding: bytes.extracting(Int(node.start)..<Int(node.end)))
        if node.kind == .integer, let whole = Int(text) { return .integer(whole) }
        return Double(text).map { .number($0) }
    }

    /// `value` and all it holds, copied out; with duplicate keys the last one wins.
    package func value(_ reference: JSONReference) -> JSONValue {
        switch kind(reference) {
        case .null: return .null
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .integer, .number: return number(reference) ?? .null
        case .string: return .string(string(reference) ?? "")
        case .array: return .array(elements(reference).map { value($0) })
        case .object:
            var members: [String: JSONValue] = [:]
            var next = firstMember(reference)
            while let member = next {
                members[string(member.key) ?? ""] = value(member.value)
                next = nextMember(member)
            }
            return .object(members)
        }
    }
}

/// Names one value of a `JSONDocument`.
package struct JSONReference: Sendable, Hashable {
    let index: Int
}

/// One member of an object of a `JSONDocument`.
package struct JSONMember: Sendable, Hashable {
    let object: JSONReference
    /// The key, a string.
    package let key: JSONReference
    /// Its value.
    package let value: JSONReference
}
