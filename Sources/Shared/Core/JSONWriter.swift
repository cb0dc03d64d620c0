// DESIGN: JSON is written front to back straight into the caller's buffer; commas are the writer's business, nesting is
// the caller's (`object { … }`, `array { … }`). Keys are static strings without anything to escape, so they are copied
// as they are.

/// Writes one JSON text into a byte buffer.
///
/// Not tied to a thread; one user at a time.
package struct JSONWriter: ~Copyable {
    private var bytes: [UInt8]
    private var needsComma = false

    private init(_ bytes: consuming [UInt8]) { self.bytes = bytes }

    /// Appends what `body` writes, one value, to `output`; the buffer is moved, not copied.
    package static func append(to output: inout [UInt8], _ body: (inout JSONWriter) -> Void) {
        var taken: [UInt8] = []
        swap(&taken, &output)
        var writer = JSONWriter(consume taken)
        body(&writer)
        output = writer.take()
    }

    private mutating func take() -> [UInt8] {
        var result: [UInt8] = []
        swap(&result, &bytes)
        return result
    }

    /// The bytes written so far, those that were in the buffer before included.
    package var count: Int { bytes.count }

    // MARK: containers

    /// `{ … }` with the members that `body` writes.
    package mutating func object(_ body: (inout JSONWriter) -> Void) { container("{", "}", body) }

    /// `[ … ]` with the elements that `body` writes.
    package mutating func array(_ body: (inout JSONWriter) -> Void) { container("[", "]", body) }

    /// The array of `elements`, each written by `body`.
    package mutating func array<Elements: Sequence>(
        _ elements: Elements, _ body: (inout JSONWriter, Elements.Element) -> Void
    ) {
        array { writer in
            for element in elements { body(&writer, element) }
        }
    }

    private mutating func container(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void)
    {
        separate()
        bytes.append(UInt8(ascii: open))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    /// Writes the key of the next member; exactly one value must follow.
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        raw(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a key that is only known at run time.
    package mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func raw(_ text: StaticString) {
        // Sound: a static string written as a literal of several characters lives for ever.
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    // MARK: values

    /// `null`.
    package mutating func null() {
        separate()
        raw("null")
    }

    /// `true` or `false`.
    package mutating func bool(_ value: Bool) {
        separate()
        raw(value ? "true" : "false")
    }

    /// A whole number.
    package mutating func integer(_ value: Int) {
        separate()
        if value >= 0 && value < 10 { return bytes.append(UInt8(ascii: "0") + UInt8(value)) }
        bytes.append(contentsOf: String(value).utf8)
    }

    /// A number in the shortest form that reads back the same; a whole one ends in ".0".
    ///
    /// Not a number and infinity become null.
    package mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        bytes.append(contentsOf: value.description.utf8)
    }

    /// A string, escaped where JSON demands it (RFC 8259 section 7).
    package mutating func string(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        appendEscaped(value.utf8Span.span)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Bytes that `value` takes as a JSON string, quotes left out.
    package static func encodedLength(_ value: String) -> Int {
        var length = 0
        for byte in value.utf8 {
            switch byte {
            case 0x08, 0x09, 0x0A, 0x0C, 0x0D, UInt8(ascii: "\""), UInt8(ascii: "\\"): length += 2
            case 0x00..<0x20: length += 6
            default: length += 1
            }
        }
        return length
    }

    /// A string that needs no escaping.
    package mutating func string(literal value: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        raw(value)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A string of ASCII bytes that need no escaping, as those of base64.
    package mutating func string(plain text: Span<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A string: the base64 form of `data`.
    package mutating func base64(_ data: Span<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        Base64.encode(data, into: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Any value, object keys sorted.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .integer(let number): integer(number)
        case .number(let number): self.number(number)
        case .string(let text): string(text)
        case .array(let elements): array(elements) { $0.value($1) }
        case .object(let members):
            object { writer in
                for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                    writer.key(key)
                    writer.value(value)
                }
            }
        }
    }

    private mutating func appendEscaped(_ text: Span<UInt8>) {
        // Sound: the buffer is only read, and only inside the closure.
        unsafe text.withUnsafeBufferPointer { text in
            var plain = 0
            for index in text.indices {
                let byte = unsafe text[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                unsafe bytes.append(contentsOf: text[plain..<index])
                appendEscape(byte)
                plain = index + 1
            }
            unsafe bytes.append(contentsOf: text[plain...])
        }
    }

    private mutating func appendEscape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x00..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            raw("u00")
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        default: bytes.append(byte)
        }
    }
}
