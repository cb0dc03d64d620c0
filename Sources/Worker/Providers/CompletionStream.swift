import HTTPClient

/// The events of an answer: server-sent ones, or one that holds everything where the server does not stream.
struct CompletionStream {
    private var events: ServerSentEvents
    private let limit: Int
    /// The body so far, as long as it is one JSON value.
    private var whole: [UInt8] = []
    private var kind = Kind.unknown

    private enum Kind { case unknown, events, json }

    /// - Parameter limit: the most bytes of one event, and of an answer that is not streamed.
    init(limit: Int) {
        events = ServerSentEvents(limit: limit)
        self.limit = limit
    }

    /// The events that `bytes` complete.
    mutating func read(_ bytes: [UInt8]) throws(HTTPClientError) -> [ServerSentEvent] {
        if kind == .unknown, let first = bytes.first(where: { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }) {
            // No field of an event begins with a bracket.
            kind = first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .json : .events
        }
        guard kind == .json else { return try events.read(bytes) }
        guard whole.count + bytes.count <= limit else {
            throw HTTPClientError(.tooLarge, "the answer is too large")
        }
        whole += bytes
        return []
    }

    /// What the end of the body completes.
    mutating func finish() throws(HTTPClientError) -> [ServerSentEvent] {
        guard kind == .json else { return try events.finish().map { [$0] } ?? [] }
        defer { whole = [] }
        return whole.isEmpty ? [] : [ServerSentEvent(data: Array(whole.drop { $0 >= 0x80 }))]
    }
}
