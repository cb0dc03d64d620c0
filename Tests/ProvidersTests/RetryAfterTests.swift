import Core
import Testing

@testable import Providers

@Suite("Retry-After") struct RetryAfterTests {
    private static let now = 784_111_777.0

    @Test(
        "is a number of seconds or a date",
        arguments: [
            ("7", 7.0), ("0.25", 0.25), ("Sun, 06 Nov 1994 08:49:42 GMT", 5), ("Sun, 06 Nov 1994 08:49:00 GMT", 0),
            ("Mon, 07 Nov 1994 00:00:00 GMT", 54_623), ("1e308", 86_400), ("9223372036854775807", 86_400),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ] as [(String, Double)])
    func read(text: String, seconds: Double) {
        #expect(RetryAfter(text, date: nil, now: Self.now)?.wait == .milliseconds(Int64(seconds * 1000)))
    }

    @Test(
        "is nothing where it makes no sense",
        arguments: [
            "-1", "nan", "inf", "soon", "", "Sun, 06 Nov 1994 25:49:37 GMT",
            "Sun, 99999999999999999999 Nov 1994 08:49:37 GMT",
        ])
    func nonsense(text: String) {
        #expect(RetryAfter(text, date: nil, now: Self.now) == nil)
    }

    @Test("counts a date by the clock of the server")
    func clock() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(RetryAfter.time(date) == Self.now)
        #expect(RetryAfter("Sun, 06 Nov 1994 08:49:40 GMT", date: date, now: 0)?.seconds == 3)
        #expect(RetryAfter.time("Thu, 29 Feb 2024 00:00:00 GMT") == 1_709_164_800)
        #expect(RetryAfter(precise: 0.5, "9", date: nil, now: 0)?.seconds == 1)
    }

    @Test(
        "is read out of an error object where servers put it there",
        arguments: [
            (#"{"details": [{"@type": "Help"}, {"retryDelay": "17s"}]}"#, 17.0),
            (#"{"message": "Rate limit reached. Please try again in 1m2.5s. Visit"}"#, 62.5),
            (#"{"message": "Please try again in 350ms."}"#, 0.35), (#"{"message": "Please retry in 17.25s."}"#, 17.25),
            (#"{"message": "Try again in 20 seconds"}"#, 20), (#"{"message": "try again in 1e999s"}"#, nil),
            (#"{"message": "try again in a moment"}"#, nil), (#"{"message": 7}"#, nil), ("{}", nil),
            (#"{"details": [{"retryDelay": 5}], "message": "try again in ..s"}"#, nil),
        ] as [(String, Double?)])
    func body(text: String, seconds: Double?) throws {
        let wait = seconds.map { Duration.milliseconds(Int64($0 * 1000)) }
        #expect(try RetryAfter(JSONValue.parse(text))?.wait == wait, "\(text)")
    }
}
