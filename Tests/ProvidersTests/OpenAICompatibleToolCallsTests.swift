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
            case .textDelta, .toolCallExtra: Issue.record("nothing else was sent")
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

    @Test(
        "may have their arguments again and again, or piled up",
        arguments: [
            [#"{"a":1}"#, #"{"a":1}"#], [#"{"a""#, #"{"a":1}"#], [#"{"#, #"{"a""#, #"{"a":1}"#],
            [#"{"a":1}"#, #"{"a": 1}"#],
            [#"{"a":1}{"a":1}"#], [" ", #" {"a":1} "#, " \n"], [#""{\"a\":1}""#], ["```json\n", #"{"a":1}"#, "\n```"],
            [#"{"a":1}"#, "}", "garbage"], [#"{"a":1}"#, #"{"a""#],
        ])
    func repeated(parts: [String]) throws {
        var calls = OpenAICompatibleToolCalls()
        var text = ""
        for part in parts {
            let function: JSONValue = .object(["name": .string("f"), "arguments": .string(part)])
            for case .toolCallArgumentsDelta(0, let delta) in calls.read([
                .object(["function": function, "index": .integer(0)])
            ]) { text += delta }
        }
        for case .toolCallArgumentsDelta(0, let delta) in calls.finish() ?? [] { text += delta }
        #expect(try JSONValue.parse(text) == .object(["a": .integer(1)]))
    }

    @Test("without ids or with one index are several where their arguments are")
    func merged() throws {
        #expect(
            try calls(
                #"[{"index": 0, "function": {"name": "f", "arguments": "{\"a\":1}{\"a\":2}{\"a\""}}]"#,
                #"[{"index": 0, "function": {"arguments": ":3}"}}]"#)
                == [#"f# {"a":1}"#, #"f# {"a":2}"#, #"f# {"a":3}"#])
        #expect(
            try calls(
                #"[{"index": 0, "function": {"name": "f", "arguments": "{\"a\":1}"}}]"#,
                #"[{"index": 0, "function": {"name": "g", "arguments": "{\"b\":1}"}}]"#)
                == [#"f# {"a":1}"#, #"g# {"b":1}"#])
    }

    @Test("may mean nothing by many words", arguments: ["", " ", "null", "None", "\"\"", "[]"])
    func nothing(arguments: String) throws {
        var calls = OpenAICompatibleToolCalls()
        let function: JSONValue = .object(["name": .string("f"), "arguments": .string(arguments)])
        let pieces = calls.read([.object(["function": function])]) + (calls.finish() ?? [])
        #expect(
            pieces == [.toolCallStarted(index: 0, id: "", name: "f"), .toolCallArgumentsDelta(index: 0, delta: "{}")])
    }

    @Test("may hold half a character in each piece of their arguments")
    func halves() throws {
        var calls = OpenAICompatibleToolCalls()
        var text = ""
        for chunk in [
            #"[{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{\"a\":\"\ud83d"}}]"#,
            #"[{"index": 0, "function": {"arguments": "\ude00\"}"}}]"#,
        ] {
            let marked = try #require(SurrogateHalves.marked(Array(chunk.utf8)))
            let pieces = calls.read(try JSONValue.parse(marked).array ?? [], isMarked: true)
            for case .toolCallArgumentsDelta(0, let delta) in pieces { text += delta }
        }
        #expect(text == #"{"a":"😀"}"#)
    }

    @Test("keep what must come back with them")
    func extra() throws {
        let signature = #"{"google":{"thought_signature":"abc"}}"#
        let pieces = try pieces(
            #"[{"index": 0, "id": "a", "extra_content": \#(signature), "function": {"name": "f", "arguments": "{}"}}]"#,
            #"[{"index": 0, "extra_content": null, "type": "function"}]"#)
        guard case .toolCallExtra(0, let text) = pieces?.last else {
            Issue.record("nothing was kept")
            return
        }
        #expect(try ToolCallExtra(text)?.members == ["extra_content": JSONValue.parse(signature)])
        let long = JSONValue.string(String(repeating: "x", count: ToolCallExtra.longest))
        #expect(ToolCallExtra(provider: "p", members: ["a": long]).text == nil)
    }

    @Test("without any name are a fault")
    func nameless() throws {
        #expect(try pieces(#"[{"index": 0, "id": "a", "function": {"arguments": "{}"}}]"#) == nil)
        #expect(try pieces(#"[{}]"#, #"[7]"#) == nil)
    }
}
