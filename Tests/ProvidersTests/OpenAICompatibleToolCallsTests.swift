import Core
import Pipeline
import Testing

@testable import Providers

@Suite("Streamed tool calls")
struct OpenAICompatibleToolCallsTests {
    /// Reads deltas, each a JSON array; the pieces, those of the end included.
    private func pieces(_ deltas: String...) throws -> [LanguageModelEvent]? {
        var calls = OpenAICompatibleToolCalls()
        var pieces: [LanguageModelEvent] = []
        for delta in deltas { pieces += calls.read(try JSONValue.parse(delta).array ?? []) }
        return calls.finish().map { pieces + $0 }
    }

    /// Name, id and whole arguments of each call.
    private func calls(_ deltas: String...) throws -> [String] {
        var calls = OpenAICompatibleToolCalls()
        var pieces: [LanguageModelEvent] = []
        for delta in deltas { pieces += calls.read(try JSONValue.parse(delta).array ?? []) }
        let rest = calls.finish()
        pieces += try #require(rest)
        var result: [String] = []
        for piece in pieces {
            switch piece {
            case .toolCallStarted(let index, let id, let name):
                #expect(index == result.count, "calls are numbered in order")
                result.append("\(name)#\(id) ")
            case .toolCallArgumentsDelta(let index, let delta): result[index] += delta
            case .textDelta: Issue.record("no text was sent")
            }
        }
        return result
    }

    @Test("come bit by bit, one after another")
    func plain() throws {
        #expect(
            try pieces(
                #"[{"index": 0, "id": "c0", "type": "function", "function": {"name": "f", "arguments": ""}}]"#,
                #"[{"index": 0, "function": {"arguments": "{\"a\""}}]"#,
                #"[{"index": 0, "function": {"arguments": ":1}"}}]"#,
                #"[{"index": 1, "id": "c1", "function": {"name": "g", "arguments": "{}"}}]"#)
                == [
                    .toolCallStarted(index: 0, id: "c0", name: "f"), .toolCallArgumentsDelta(index: 0, delta: "{\"a\""),
                    .toolCallArgumentsDelta(index: 0, delta: ":1}"), .toolCallStarted(index: 1, id: "c1", name: "g"),
                    .toolCallArgumentsDelta(index: 1, delta: "{}"),
                ])
    }

    @Test("may be interleaved")
    func interleaved() throws {
        #expect(
            try calls(
                #"[{"index": 0, "id": "a", "function": {"name": "f"}}, {"index": 1, "id": "b", "function": {"name": "g"}}]"#,
                #"[{"index": 1, "function": {"arguments": "[1"}}, {"index": 0, "function": {"arguments": "{"}}]"#,
                #"[{"index": 0, "function": {"arguments": "}"}}, {"index": 1, "function": {"arguments": "]"}}]"#)
                == ["f#a {}", "g#b [1]"])
    }

    @Test("may lack the index")
    func noIndex() throws {
        #expect(
            try calls(
                #"[{"id": "a", "function": {"name": "f", "arguments": "{"}}]"#, #"[{"function": {"arguments": "}"}}]"#,
                #"[{"id": "b", "function": {"name": "f", "arguments": "{}"}}]"#)
                == ["f#a {}", "f#b {}"])
        #expect(
            try calls(
                #"[{"function": {"name": "f", "arguments": "{}"}}, {"function": {"name": "g", "arguments": "{}"}}]"#)
                == ["f# {}", "g# {}"])
    }

    @Test("may all have index 0")
    func sameIndex() throws {
        #expect(
            try calls(
                #"[{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}]"#,
                #"[{"index": 0, "id": "b", "function": {"name": "g", "arguments": "{"}}]"#,
                #"[{"index": 0, "function": {"arguments": "}"}}]"#)
                == ["f#a {}", "g#b {}"])
    }

    @Test("may get their id or their name later")
    func late() throws {
        #expect(
            try calls(
                #"[{"index": 0, "function": {"name": "f"}}]"#, #"[{"index": 0, "id": "a"}]"#,
                #"[{"index": 0, "function": {"arguments": "{}"}}]"#)
                == ["f#a {}"])
        #expect(
            try calls(
                #"[{"index": 0, "id": "a", "function": {"arguments": "{"}}]"#,
                #"[{"index": 0, "function": {"name": "f", "arguments": "}"}}]"#)
                == ["f#a {}"])
    }

    @Test("may repeat the name, or get a new id with every delta")
    func repetition() throws {
        #expect(
            try calls(
                #"[{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}}]"#,
                #"[{"index": 0, "id": "a", "function": {"name": "f", "arguments": "}"}}]"#)
                == ["f#a {}"])
        #expect(
            try calls(
                #"[{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}}]"#,
                #"[{"index": 0, "id": "x", "function": {"name": null, "arguments": "}"}}]"#)
                == ["f#a {}"])
    }

    @Test("may have their arguments as an object, or none at all")
    func arguments() throws {
        #expect(
            try calls(#"[{"index": 0, "id": "a", "function": {"name": "f", "arguments": {"b": [1, "x"]}}}]"#)
                == [#"f#a {"b":[1,"x"]}"#])
        #expect(try calls(#"[{"index": 0, "id": "a", "function": {"name": "f", "arguments": ""}}]"#) == ["f#a {}"])
        #expect(try calls(#"[{"index": 0, "function": {"name": "f"}}]"#) == ["f# {}"])
    }

    @Test("without any name are a fault")
    func nameless() throws {
        #expect(try pieces(#"[{"index": 0, "id": "a", "function": {"arguments": "{}"}}]"#) == nil)
        #expect(try pieces(#"[{}]"#, #"[7]"#) == nil)
    }
}
