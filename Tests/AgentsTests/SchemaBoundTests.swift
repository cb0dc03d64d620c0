import Agents
import Core
import Testing

@Suite("A comparison with a schema is bounded") struct SchemaBoundTests {
    private static func options(_ count: Int) -> JSONValue {
        .object(["enum": .array((0..<count).map { .string("option \($0)") })])
    }

    /// Whether the comparison came to an end within `steps`.
    private func fits(_ arguments: JSONValue, _ schema: JSONValue, _ steps: Int) -> Bool {
        ToolSchema(schema, steps: steps).violation(in: arguments)?.contains("too many values") != true
    }

    /// The fewest steps, to a tenth, that are enough.
    private func steps(_ arguments: JSONValue, _ schema: JSONValue) -> Int {
        var steps = 1
        while !fits(arguments, schema, steps) { steps += max(1, steps / 10) }
        return steps
    }

    @Test("Elements times options end where the bound is, whatever keyword multiplies them")
    func products() {
        let texts = JSONValue.array((0..<2_000).map { .string("text \($0)") })
        let objects = JSONValue.array((0..<2_000).map { .object(["a": .string("text \($0)")]) })
        let schemas: [(JSONValue, JSONValue)] = [
            (texts, .object(["items": .object(["anyOf": .array([Self.options(5_000), .bool(true)])])])),
            (
                texts,
                .object([
                    "items": .object([
                        "anyOf": .array((0..<5_000).map { .object(["const": .string("c\($0)")]) } + [.bool(true)])
                    ])
                ])
            ),
            (
                texts,
                .object([
                    "items": .object([
                        "type": .array(.init(repeating: .string("null"), count: 5_000) + [.string("string")])
                    ])
                ])
            ),
            (
                objects,
                .object(["items": .object(["required": .array(.init(repeating: .string("a"), count: 5_000))])])
            ),
        ]
        for (arguments, schema) in schemas {
            let sentence = ToolSchema(schema).violation(in: arguments)
            #expect(sentence?.contains("too many values") == true)
        }
    }

    @Test("Choices within choices do not multiply without end")
    func nested() {
        var schema = JSONValue.object(["type": .string("null")])
        for _ in 0..<20 { schema = .object(["anyOf": .array([schema, schema])]) }
        #expect(ToolSchema(schema).violation(in: .string("x"))?.contains("too many values") == true)
    }

    @Test("One large object, and long texts that are alike, have their price")
    func sizes() {
        let members = Dictionary(uniqueKeysWithValues: (0..<20_000).map { ("m\($0)", JSONValue.integer($0)) })
        let schema = JSONValue.object(["additionalProperties": .object(["type": .string("integer")])])
        #expect(ToolSchema(schema).violation(in: .object(members))?.contains("too many values") == true)
        let long = String(repeating: "x", count: 60_000)
        let alike = JSONValue.object(["items": .object(["const": .string(long + "a")])])
        let texts = JSONValue.array(.init(repeating: .string(long + "a"), count: 100))
        #expect(ToolSchema(alike).violation(in: texts)?.contains("too many values") == true)
    }

    @Test("What tools sensibly take stays far below the bound, and twice as much costs twice as many steps")
    func growth() {
        let countries = JSONValue.object(["items": Self.options(200)])
        func list(_ count: Int) -> JSONValue { .array(.init(repeating: .string("option 199"), count: count)) }
        #expect(ToolSchema(countries).violation(in: list(100)) == nil)
        let (once, twice) = (steps(list(20), countries), steps(list(40), countries))
        #expect(twice <= once * 23 / 10)
    }

    @Test("A sentence shows options as many as help")
    func sentence() {
        let sentence = ToolSchema(Self.options(5_000)).violation(in: .string("y")) ?? ""
        #expect(sentence.contains("and 4950 more") && sentence.utf8.count < 2_000)
        let choice = JSONValue.object(["anyOf": .array([.object(["type": .string("null")]), Self.options(2)])])
        #expect(ToolSchema(choice).violation(in: .string("y")) == "the arguments: expected null, got string.")
    }
}
