/// Finds and reads a request head (RFC 9112, sections 2 to 5), strictly.
///
/// DESIGN: what a proxy in front of us and we could read differently is refused instead of interpreted: line feeds without
/// carriage return, folded lines, blanks before a colon, control bytes, repeated fields of which only one can count.
/// Bytes are looked at once: `append` remembers how far it got, so a head that comes byte by byte costs no more than one
/// that comes whole.
struct HTTPHeadParser {
    /// Longest head, final empty line included.
    static let maximumBytes = 16 << 10
    /// Most header fields.
    static let maximumFields = 100
    /// A second line of one of these makes a head ambiguous.
    private static let singleFields: Set<String> = [
        "host", "authorization", "api-key", "content-length", "transfer-encoding", "sec-websocket-key",
        "sec-websocket-version", "upgrade",
    ]

    private var bytes: [UInt8] = []
    private var scanned = 0
    private var lineStart = 0

    /// Whether nothing has come yet.
    var isEmpty: Bool { bytes.isEmpty }

    /// Adds bytes.
    ///
    /// Returns the head as soon as it is complete, with what came behind it.
    mutating func append(_ new: Span<UInt8>) throws(HTTPHeadError) -> (head: HTTPRequestHead, rest: [UInt8])? {
        for index in new.indices { bytes.append(new[index]) }
        while scanned < bytes.count {
            defer { scanned += 1 }
            guard scanned < Self.maximumBytes else { throw .tooLong }
            guard bytes[scanned] == UInt8(ascii: "\n") else { continue }
            guard scanned > lineStart, bytes[scanned - 1] == UInt8(ascii: "\r") else { throw .malformed }
            if scanned - 1 == lineStart {
                // RFC 9112, 2.2: empty lines before the request line are not needed by any client of ours.
                guard lineStart > 0 else { throw .malformed }
                let head = try Self.parse(bytes[..<lineStart])
                return (head, Array(bytes[(scanned + 1)...]))
            }
            lineStart = scanned + 1
        }
        return nil
    }

    /// What can be read of a head that is refused: each line that is a field, whatever is wrong with the others.
    ///
    /// It is not a valid request and serves only to release its reservation.
    func salvage() -> HTTPRequestHead {
        var head = HTTPRequestHead(method: "GET", target: "/", isVersion11: true, headers: HTTPHeaders())
        for line in bytes.prefix(Self.maximumBytes).split(separator: UInt8(ascii: "\n")) {
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if let (name, value) = try? Self.field(text) { head.headers.append(name, value) }
        }
        return head
    }

    /// Reads the lines of a head, each with its CR LF, without the final empty one.
    private static func parse(_ head: ArraySlice<UInt8>) throws(HTTPHeadError) -> HTTPRequestHead {
        var lines = head.split(separator: UInt8(ascii: "\n")).map { $0.dropLast() }[...]
        guard let first = lines.popFirst() else { throw .malformed }
        guard lines.count <= maximumFields else { throw .tooManyFields }
        var request = try requestLine(first)
        var seen: Set<String> = []
        for line in lines {
            let (name, value) = try field(line)
            let isFirst = seen.insert(name).inserted
            if !isFirst, singleFields.contains(name) { throw .malformed }
            request.headers.append(name, value)
        }
        if request.isVersion11, !seen.contains("host") { throw .malformed }
        if seen.contains("transfer-encoding") { throw .malformed }
        if let length = request.headers["content-length"], length.isEmpty || !length.utf8.allSatisfy(isDigit) {
            throw .malformed
        }
        return request
    }

    private static func requestLine(_ line: ArraySlice<UInt8>) throws(HTTPHeadError) -> HTTPRequestHead {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(isTokenByte) else { throw .malformed }
        guard parts[1].first == UInt8(ascii: "/"), parts[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .malformed
        }
        let version = String(decoding: parts[2], as: UTF8.self)
        guard version.hasPrefix("HTTP/") else { throw .malformed }
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else { throw .unsupportedVersion }
        return HTTPRequestHead(
            method: String(decoding: parts[0], as: UTF8.self), target: String(decoding: parts[1], as: UTF8.self),
            isVersion11: version == "HTTP/1.1", headers: HTTPHeaders())
    }

    private static func field(_ line: ArraySlice<UInt8>) throws(HTTPHeadError) -> (name: String, value: String) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else { throw .malformed }
        let name = line[..<colon]
        guard name.allSatisfy(isTokenByte) else { throw .malformed }
        var value = line[(colon + 1)...]
        while let byte = value.first, isBlank(byte) { value.removeFirst() }
        while let byte = value.last, isBlank(byte) { value.removeLast() }
        guard value.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else { throw .malformed }
        return (String(decoding: name, as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// RFC 9110, 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x30...0x39: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
