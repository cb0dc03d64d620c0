import Agents
import Core
import Testing

@Suite("Arguments against a schema") struct ToolSchemaTests {
    @Test(
        "The first thing that is not allowed is named",
        arguments: [
            (#"{"type":"object"}"#, "{}", nil),
            (#"{"type":"object"}"#, "[]", "the arguments: expected object, got array."),
            (#"{"required":["a"]}"#, "{}", "a: is required."),
            (#"{"properties":{"a":{"type":"integer"}}}"#, #"{"a":1.5}"#, "a: expected integer, got number."),
            (#"{"properties":{"a":{"type":"integer"}}}"#, #"{"a":2.0}"#, nil),
            (#"{"properties":{"a":{"type":"number"}}}"#, #"{"a":2}"#, nil),
            (#"{"properties":{"a":{"type":["string","null"]}}}"#, #"{"a":null}"#, nil),
            (
                #"{"properties":{"a":{"type":["string","null"]}}}"#, #"{"a":true}"#,
                "a: expected string or null, got boolean."
            ),
            (#"{"properties":{"a":{"enum":["x",1]}}}"#, #"{"a":1.0}"#, nil),
            (#"{"properties":{"a":{"enum":["x",1]}}}"#, #"{"a":"y"}"#, #"a: expected one of ["x",1]."#),
            (#"{"properties":{"a":{"const":"x"}}}"#, #"{"a":"y"}"#, #"a: expected "x"."#),
            (#"{"properties":{"a":{}},"additionalProperties":false}"#, #"{"a":1}"#, nil),
            (#"{"properties":{"a":{}},"additionalProperties":false}"#, #"{"b":1}"#, "b: there is no such parameter."),
            (#"{"additionalProperties":{"type":"string"}}"#, #"{"b":1}"#, "b: expected string, got integer."),
            (
                #"{"properties":{"a":{"items":{"type":"string"}}}}"#, #"{"a":["x",2]}"#,
                "a[1]: expected string, got integer."
            ),
            (
                #"{"properties":{"a":{"properties":{"b":{"type":"null"}}}}}"#, #"{"a":{"b":1}}"#,
                "a.b: expected null, got integer."
            ),
            (#"{"properties":{"a":{"required":["b"]}}}"#, #"{"a":{}}"#, "a.b: is required."),
            (#"{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}}}"#, #"{"a":null}"#, nil),
            (
                #"{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}}}"#, #"{"a":1}"#,
                "a: expected string, got integer."
            ),
            (#"{"properties":{"a":false}}"#, #"{"a":1}"#, "a: nothing is allowed here."),
            (#"{"properties":{"a":{"pattern":"^x$","format":"date"}}}"#, #"{"a":"y"}"#, nil),
            (#"{"type":"wrong","properties":7,"required":"a"}"#, #"{"a":1}"#, nil),
        ] as [(String, String, String?)])
    func violations(schema: String, arguments: String, expected: String?) throws {
        #expect(try ToolSchema(.parse(schema)).violation(in: .parse(arguments)) == expected)
    }
}
