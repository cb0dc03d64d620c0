import Core
import Testing

@Suite("Counts from outside") struct JSONValueCountTests {
    @Test(
        "are brought into the range of a count",
        arguments: [
            ("0", 0), ("7", 7), ("7.9", 7), ("3.0", 3), ("-1", 0), ("-1e308", 0), ("1e308", JSONValue.largestCount),
            ("9223372036854775807", JSONValue.largestCount), ("-9223372036854775808", 0),
            ("9223372036854775808", JSONValue.largestCount), ("2147483647", JSONValue.largestCount),
            ("2147483648", JSONValue.largestCount),
        ])
    func clamped(text: String, count: Int) throws {
        #expect(try JSONValue.parse(text).count == count)
    }

    @Test("are numbers and nothing else", arguments: [#""7""#, #""NaN""#, #""Infinity""#, "null", "true", "[1]", "{}"])
    func others(text: String) throws {
        #expect(try JSONValue.parse(text).count == nil)
    }

    @Test("survive arithmetic where no text could have held them")
    func notANumber() {
        #expect(JSONValue.number(.nan).count == nil)
        #expect(JSONValue.number(.infinity).count == JSONValue.largestCount)
        #expect(JSONValue.number(-.infinity).count == 0)
    }
}
