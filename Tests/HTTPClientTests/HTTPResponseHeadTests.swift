import Testing

@testable import HTTPClient

@Suite("Head of an answer")
struct HTTPResponseHeadTests {
    private func head(_ lines: [String], limit: Int = 1000) throws(HTTPClientError) -> HTTPResponseHead {
        var head = HTTPResponseHead()
        for line in lines { try head.append(Array((line + "\r\n").utf8), limit: limit) }
        return head
    }

    @Test("finds status and headers, names without case, blanks trimmed")
    func plain() throws {
        let head = try head([
            "HTTP/1.1 404 Not Found", "Content-Type: \t text/plain ", "X:a:b", "content-type: second", "",
        ])
        #expect(head.isComplete)
        #expect(head.status == 404)
        #expect(head.headers["CONTENT-type"] == "text/plain")
        #expect(head.headers["x"] == "a:b")
        #expect(head.headers["missing"] == nil)
    }

    @Test("drops interim answers and trailers")
    func interim() throws {
        let head = try head(["HTTP/1.1 103 Early Hints", "Link: x", "", "HTTP/2 200", "A: b", "", "Trailer: late"])
        #expect(head.isComplete)
        #expect(head.status == 200)
        #expect(head.headers["link"] == nil)
        #expect(head.headers["trailer"] == nil)
        #expect(head.headers.count == 1)
    }

    @Test("is not complete before its empty line")
    func incomplete() throws {
        #expect(try head(["HTTP/1.1 200 OK", "A: b"]).isComplete == false)
    }

    @Test("refuses headers beyond the limit and a status that is no number")
    func faults() {
        let large = #expect(throws: HTTPClientError.self) { try head(["HTTP/1.1 200 OK", "A: 1234567890"], limit: 20) }
        #expect(large?.code == .tooLarge)
        let bad = #expect(throws: HTTPClientError.self) { try head(["HTTP/1.1 abc"]) }
        #expect(bad?.code == .malformed)
    }
}
