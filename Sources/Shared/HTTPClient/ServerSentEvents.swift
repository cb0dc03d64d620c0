/// Reads a stream of server-sent events piece by piece (https://html.spec.whatwg.org/multipage/server-sent-events.html,
/// 9.2.6).
///
/// Pieces may end anywhere, also inside a character or between CR and LF. Lines end with CR, LF or CRLF; a byte order mark at the
/// start, comments, and the fields `id` and `retry` are dropped, as no stream of ours is ever resumed.
package struct ServerSentEvents: Sendable {
    private var line: [UInt8] = []
    private var name: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var lastWasCarriageReturn = false
    private var isFirstLine = true
    private let limit: Int

    /// A reader at the start of a stream.
    /// - Parameter limit: the most bytes of one event, or of one line.
    package init(limit: Int = 1 << 20) { self.limit = limit }

    /// The events that `bytes` complete.
    /// - Throws: `tooLarge` for a line or an event beyond the limit; the stream cannot be read on.
    package mutating func read(_ bytes: [UInt8]) throws(HTTPClientError) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        var start = 0
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte == Self.lineFeed || byte == Self.carriageReturn else {
                lastWasCarriageReturn = false
                continue
            }
            if byte == Self.lineFeed, lastWasCarriageReturn {
                lastWasCarriageReturn = false
            } else {
                try append(bytes[start..<index])
                if let event = try endLine() { events.append(event) }
                lastWasCarriageReturn = byte == Self.carriageReturn
            }
            start = index + 1
        }
        try append(bytes[start...])
        return events
    }

    /// The event that the end of the stream cuts off before its empty line.
    ///
    /// The standard drops it; several providers end their last event this way.
    package mutating func finish() throws(HTTPClientError) -> ServerSentEvent? {
        if !line.isEmpty, let event = try endLine() { return event }
        return takeEvent()
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) throws(HTTPClientError) {
        guard line.count + bytes.count <= limit else {
            throw HTTPClientError(.tooLarge, "a line of the event stream is too large")
        }
        line += bytes
    }

    private mutating func endLine() throws(HTTPClientError) -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: Self.byteOrderMark) { line.removeFirst(Self.byteOrderMark.count) }
        }
        if line.isEmpty { return takeEvent() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        // An empty name is a comment.
        if line[..<colon].elementsEqual("data".utf8) {
            guard data.count + value.count < limit else {
                throw HTTPClientError(.tooLarge, "an event of the stream is too large")
            }
            if hasData { data.append(Self.lineFeed) }
            data += value
            hasData = true
        } else if line[..<colon].elementsEqual("event".utf8) {
            name = Array(value)
        }
        return nil
    }

    private mutating func takeEvent() -> ServerSentEvent? {
        defer {
            name = []
            data = []
            hasData = false
        }
        // An event without data is not dispatched.
        guard !data.isEmpty else { return nil }
        return ServerSentEvent(name: name.isEmpty ? "message" : String(decoding: name, as: UTF8.self), data: data)
    }

    private static let lineFeed: UInt8 = 10
    private static let carriageReturn: UInt8 = 13
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
