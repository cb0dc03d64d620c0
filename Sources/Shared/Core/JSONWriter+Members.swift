extension JSONWriter {
    /// One member: a string.
    package mutating func member(_ key: StaticString, _ value: String) {
        self.key(key)
        string(value)
    }

    /// One member: a string, or null.
    package mutating func member(_ key: StaticString, orNull value: String?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }

    /// One member: a string that needs no escaping.
    package mutating func member(_ key: StaticString, literal value: StaticString) {
        self.key(key)
        string(literal: value)
    }

    /// One member: a whole number.
    package mutating func member(_ key: StaticString, _ value: Int) {
        self.key(key)
        integer(value)
    }

    /// One member: a number.
    package mutating func member(_ key: StaticString, _ value: Double) {
        self.key(key)
        number(value)
    }

    /// One member: a truth value.
    package mutating func member(_ key: StaticString, _ value: Bool) {
        self.key(key)
        bool(value)
    }

    /// One member: any value, or null.
    package mutating func member(_ key: StaticString, orNull value: JSONValue?) {
        self.key(key)
        if let value { self.value(value) } else { null() }
    }

    /// One member: an object.
    package mutating func member(_ key: StaticString, object body: (inout JSONWriter) -> Void) {
        self.key(key)
        object(body)
    }

    /// One member: an array with one element for each of `elements`.
    package mutating func member<Elements: Sequence>(
        _ key: StaticString, array elements: Elements, _ body: (inout JSONWriter, Elements.Element) -> Void
    ) {
        self.key(key)
        array(elements, body)
    }

    /// One member: null.
    package mutating func nullMember(_ key: StaticString) {
        self.key(key)
        null()
    }
}
