import Core
import Testing

@testable import Transport

@Suite struct HeadParserTests {
    private static let head =
        "GET /v1/realtime?model=gpt-realtime&x=%41+b&flag HTTP/1.1\r\nHost: h\r\nX-List: a, b\r\nx-list:c\r\nEmpty:\r\n\r\n"

    /// Parses a text cut at these places.
    private func parse(_ text: String, cuts: [Int] = []) throws(HTTPHeadError) -> (
        head: HTTPRequestHead, rest: [UInt8]
    )? {
        var parser = HTTPHeadParser()
        let bytes = Array(text.utf8)
        var (result, start): ((head: HTTPRequestHead, rest: [UInt8])?, Int) = (nil, 0)
        for end in cuts.sorted() + [bytes.count] {
            guard result == nil else { break }
            result = try parser.append(bytes[start..<end].span)
            start = end
        }
        return result
    }

    @Test func `A head is the same however it is cut`() throws {
        let whole = try #require(try parse(Self.head)?.head)
        #expect(whole.method == "GET" && whole.isVersion11)
        #expect(whole.headers.list("X-LIST") == ["a", "b", "c"])
        #expect(whole.headers["empty"] == "" && whole.headers["none"] == nil)
        let length = Self.head.utf8.count
        #expect(try parse(Self.head, cuts: Array(1..<length))?.head == whole)
        var generator = SplitMix64(seed: 3)
        for _ in 0..<500 {
            let cuts = (0..<Int.random(in: 0..<6, using: &generator)).map { _ in
                Int.random(in: 0..<length, using: &generator)
            }
            #expect(try parse(Self.head, cuts: cuts)?.head == whole)
        }
    }

    @Test func `What stands behind the head is given back`() throws {
        let result = try #require(try parse(Self.head + "more"))
        #expect(result.rest == Array("more".utf8))
        #expect(try parse(String(Self.head.dropLast(1))) == nil)
    }

    @Test func `The limits are exact`() throws {
        let start = "GET / HTTP/1.1\r\nHost: x\r\nX: "
        let room = HTTPHeadParser.maximumBytes - start.utf8.count - 4
        #expect(try parse(start + String(repeating: "y", count: room) + "\r\n\r\n") != nil)
        #expect(throws: HTTPHeadError.tooLong) {
            try parse(start + String(repeating: "y", count: room + 1) + "\r\n\r\n")
        }
        let lines = { (count: Int) in
            "GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "X: y\r\n", count: count - 1) + "\r\n"
        }
        #expect(try parse(lines(HTTPHeadParser.maximumFields)) != nil)
        #expect(throws: HTTPHeadError.tooManyFields) { try parse(lines(HTTPHeadParser.maximumFields + 1)) }
    }

    @Test func `Random bytes are refused or waited for, never more`() {
        var generator = SplitMix64(seed: 11)
        let alphabet = Array("GET / HTTP/1.1\r\n: \t\u{0}\u{7F}Host%é".utf8)
        for _ in 0..<3000 {
            var parser = HTTPHeadParser()
            let bytes = (0..<Int.random(in: 1..<120, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            _ = try? parser.append(bytes.span)
        }
    }

    @Test func `A query is decoded, and a broken escape taken literally`() {
        let query = QueryItems("model=gpt%2Drealtime&a=1&a=2&flag&b=x+y%20z&bad=%4&worse=%zz&=v&&é=%C3%A9")
        #expect(query["model"] == "gpt-realtime" && query.values("a") == ["1", "2"] && query["flag"] == "")
        #expect(query["b"] == "x y z" && query["bad"] == "%4" && query["worse"] == "%zz" && query[""] == "v")
        #expect(query["é"] == "é" && query["none"] == nil && QueryItems("").count == 0)
    }
}
