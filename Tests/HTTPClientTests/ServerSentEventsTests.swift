import HTTPClient
import Testing

@Suite("Server-sent events")
struct ServerSentEventsTests {
    /// Reads `text` in pieces of `size` bytes; the events, that of the end included.
    private func events(_ text: String, size: Int = .max) throws -> [ServerSentEvent] {
        var reader = ServerSentEvents()
        var all: [ServerSentEvent] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            all += try reader.read(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        if let last = try reader.finish() { all.append(last) }
        return all
    }

    private func event(_ text: String, name: String = "message") -> ServerSentEvent {
        ServerSentEvent(name: name, data: Array(text.utf8))
    }

    private static let stream = """
        \u{FEFF}: comment
        event: greeting
        id: 7
        data: grüß dich 👋
        data:  second line
        retry: 10

        data

        data:

        :

        event: forgotten

        data: [DONE]

        """

    @Test("reads the same events wherever the pieces end", arguments: ["\n", "\r\n", "\r"], [1, 2, 3, 7, Int.max])
    func pieces(lineEnd: String, size: Int) throws {
        let text = Self.stream.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: lineEnd)
        #expect(
            try events(text, size: size) == [
                event("grüß dich 👋\n second line", name: "greeting"), event("[DONE]"),
            ])
    }

    @Test("gives the last event of a stream that ends without an empty line")
    func unfinished() throws {
        #expect(try events("data: a\n\ndata: b") == [event("a"), event("b")])
        #expect(try events("data: a\n\ndata: b\n") == [event("a"), event("b")])
        #expect(try events("event: x") == [])
    }

    @Test("gives an event as soon as its empty line is there, without waiting for what may follow a CR")
    func promptness() throws {
        var reader = ServerSentEvents()
        #expect(try reader.read(Array("data: a\r\r".utf8)) == [event("a")])
        #expect(try reader.read(Array("\ndata: b\r\n\r".utf8)) == [event("b")])
        #expect(try reader.read(Array("\n".utf8)) == [])
    }

    @Test("replaces what is not UTF-8")
    func invalidText() throws {
        var reader = ServerSentEvents()
        let events = try reader.read([0x64, 0x61, 0x74, 0x61, 0x3A, 0xFF, 0x41, 0x0A, 0x0A])
        #expect(events.first?.text == "\u{FFFD}A")
    }

    @Test("refuses a line and an event beyond the limit, in pieces too")
    func limits() throws {
        var lines = ServerSentEvents(limit: 16)
        #expect(try lines.read(Array("data: 3456789012".utf8)) == [])
        let longLine = #expect(throws: HTTPClientError.self) { try lines.read([0x33]) }
        #expect(longLine?.code == .tooLarge)

        var event = ServerSentEvents(limit: 16)
        #expect(try event.read(Array("data: 123456789\n".utf8)) == [])
        let longEvent = #expect(throws: HTTPClientError.self) { try event.read(Array("data: 123456789\n".utf8)) }
        #expect(longEvent?.code == .tooLarge)
    }

    @Test("keeps nothing of one event for the next")
    func separation() throws {
        #expect(try events("event: a\ndata: 1\n\ndata: 2\n\n") == [event("1", name: "a"), event("2")])
    }
}
