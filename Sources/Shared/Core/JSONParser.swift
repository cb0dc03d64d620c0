/// The recursive-descent reader behind `JSONTape.parse`.
struct JSONParser: ~Escapable {
    private let bytes: Span<UInt8>
    private let limits: JSONLimits
    private var position = 0
    private var nodes: [JSONTape.Node]

    @_lifetime(copy bytes)
    init(bytes: Span<UInt8>, limits: JSONLimits, nodes: [JSONTape.Node]) {
        self.bytes = bytes
        self.limits = limits
        self.nodes = nodes
    }

    mutating func takeNodes() -> [JSONTape.Node] {
        var result: [JSONTape.Node] = []
        swap(&result, &nodes)
        return result
    }

    mutating func parseText() throws(JSONError) {
        try parseValue(depth: 0)
        skipWhitespace()
        if position < bytes.count { throw JSONError(.trailingBytes, at: position) }
    }

    private mutating func parseValue(depth: Int) throws(JSONError) {
        switch try nextToken() {
        case UInt8(ascii: "{"): try parseObject(depth: depth + 1)
        case UInt8(ascii: "["): try parseArray(depth: depth + 1)
        case UInt8(ascii: "\""): try parseString()
        case UInt8(ascii: "t"): try parseLiteral("true", .true)
        case UInt8(ascii: "f"): try parseLiteral("false", .false)
        case UInt8(ascii: "n"): try parseLiteral("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try parseNumber()
        default: throw JSONError(.unexpectedByte, at: position)
        }
    }

    /// The byte at which the next token starts; it is not consumed.
    private mutating func nextToken() throws(JSONError) -> UInt8 {
        skipWhitespace()
        guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
        return bytes[position]
    }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// Adds a node and returns its index.
    @discardableResult
    private mutating func append(_ kind: JSONTape.Kind, from start: Int, to end: Int, isEscaped: Bool = false)
        throws(JSONError) -> Int
    {
        let index = nodes.count
        guard index < limits.values else { throw JSONError(.tooManyValues, at: start) }
        nodes.append(
            JSONTape.Node(
                kind: kind, isEscaped: isEscaped, start: UInt32(truncatingIfNeeded: start),
                end: UInt32(truncatingIfNeeded: end), next: UInt32(truncatingIfNeeded: index + 1)))
        return index
    }

    /// Completes the container whose node is `index`; the closing bracket has just been consumed.
    private mutating func close(_ index: Int) {
        nodes[index].end = UInt32(truncatingIfNeeded: position)
        nodes[index].next = UInt32(truncatingIfNeeded: nodes.count)
    }

    private mutating func parseObject(depth: Int) throws(JSONError) {
        guard depth <= limits.depth else { throw JSONError(.tooDeep, at: position) }
        let index = try append(.object, from: position, to: position)
        position += 1
        if try nextToken() == UInt8(ascii: "}") {
            position += 1
            return close(index)
        }
        while true {
            guard try nextToken() == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, at: position) }
            try parseString()
            guard try nextToken() == UInt8(ascii: ":") else { throw JSONError(.unexpectedByte, at: position) }
            position += 1
            try parseValue(depth: depth)
            switch try nextToken() {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return close(index)
            default: throw JSONError(.unexpectedByte, at: position)
            }
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONError) {
        guard depth <= limits.depth else { throw JSONError(.tooDeep, at: position) }
        let index = try append(.array, from: position, to: position)
        position += 1
        if try nextToken() == UInt8(ascii: "]") {
            position += 1
            return close(index)
        }
        while true {
            try parseValue(depth: depth)
            switch try nextToken() {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return close(index)
            default: throw JSONError(.unexpectedByte, at: position)
            }
        }
    }

    private mutating func parseLiteral(_ text: StaticString, _ kind: JSONTape.Kind) throws(JSONError) {
        let start = position
        let length = text.utf8CodeUnitCount
        guard start + length <= bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
        guard bytes.extracting(start..<start + length).equals(text) else { throw JSONError(.unexpectedByte, at: start) }
        position += length
        try append(kind, from: start, to: position)
    }

    private mutating func parseNumber() throws(JSONError) {
        let start = position
        var kind = JSONTape.Kind.integer
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let firstDigit = position
        let digits = skipDigits()
        guard digits > 0, digits == 1 || bytes[firstDigit] != UInt8(ascii: "0") else {
            throw JSONError(.invalidNumber, at: start)
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            kind = .number
            position += 1
            guard skipDigits() > 0 else { throw JSONError(.invalidNumber, at: start) }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            kind = .number
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            guard skipDigits() > 0 else { throw JSONError(.invalidNumber, at: start) }
        }
        // Longer ones say no more than a Double can hold; shorter ones without exponent always fit into one.
        guard position - start <= 300 else { throw JSONError(.invalidNumber, at: start) }
        if kind == .number, Double(String(decoding: bytes.extracting(start..<position)))?.isFinite != true {
            throw JSONError(.invalidNumber, at: start)
        }
        try append(kind, from: start, to: position)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        return position - start
    }

    /// Reads a string whose opening quote is at `position`.
    private mutating func parseString() throws(JSONError) {
        let start = position + 1
        position = start
        var isEscaped = false
        var isASCII = true
        while true {
            skipPlainBytes(&isASCII)
            guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                if !isASCII, (try? UTF8Span(validating: bytes.extracting(start..<position))) == nil {
                    throw JSONError(.invalidUTF8, at: start)
                }
                try append(.string, from: start, to: position, isEscaped: isEscaped)
                position += 1
                return
            case UInt8(ascii: "\\"):
                isEscaped = true
                try skipEscape()
            default:
                throw JSONError(.controlCharacter, at: position)
            }
        }
    }

    /// Moves to the next quote, backslash or control character, eight bytes at a time where possible.
    private mutating func skipPlainBytes(_ isASCII: inout Bool) {
        var all: UInt64 = 0
        while position + 8 <= bytes.count {
            // Sound: the eight bytes are inside the span, and every bit pattern is a UInt64.
            let word = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            if Self.hasSpecialByte(word) { break }
            all |= word
            position += 8
        }
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            all |= UInt64(byte)
            position += 1
        }
        if all & 0x8080_8080_8080_8080 != 0 { isASCII = false }
    }

    /// Whether one of the eight bytes is a quote, a backslash or below 0x20 ("haszero" and "hasless" of Anderson's Bit
    /// Twiddling Hacks; exact for the question whether there is one at all).
    @inline(__always)
    private static func hasSpecialByte(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let zeros = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- ones &* 0x20) & ~word)
        return zeros & (ones &* 0x80) != 0
    }

    /// Checks the escape that starts at `position` and moves behind it.
    private mutating func skipEscape() throws(JSONError) {
        guard position + 1 < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
        switch bytes[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            guard position + 6 <= bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
            guard bytes.hexadecimal(at: position + 2) != nil else { throw JSONError(.invalidEscape, at: position) }
            position += 6
        default:
            throw JSONError(.invalidEscape, at: position)
        }
    }
}
